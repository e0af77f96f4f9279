using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Makes the cuts: each by the call that ends the access, never by one that only forgets it.</summary>
internal sealed class BaoCuts(BaoApi api)
{
    private readonly BaoLeases _leases = new(api);

    /// <summary>Gets what can be cut.</summary>
    public static IReadOnlyList<CutCapability> All { get; } =
    [
        new(
            CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Probe, Enforcement.Online,
            "disables the entity: its tokens, batch tokens too, and its logins are refused; all of them work again once it is enabled. Orphan "
            + "tokens made with `create-orphan` carry no entity and live on, as do leases; it can be tried only while a token of it is listed")
        {
            Takes = cut => BaoIds.EntityOf(cut.Target) is not null,
        },
        new(
            CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Probe, Enforcement.Online,
            "revokes a token with its children, or destroys a secret-id. Orphans live on; tokens that a secret-id opened live on; leases of a "
            + "revoked token end at the database later, and only the database tells when")
        {
            Takes = cut => BaoIds.TokenOf(cut.Target) is not null || BaoIds.SecretIdOf(cut.Target) is not null,
        },
        new(
            CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Online,
            "revokes a lease and waits for it. Sessions open at the database run on, and only the database tells whether the role is gone")
        {
            Takes = cut => BaoIds.LeaseOf(cut.Target) is not null,
        },
        new(
            CutKind.RevokeCredential, NodeKinds.Resource, null, ProofKind.Listing, Enforcement.Online,
            "revokes every lease of a database role and waits for it; whoever may read it gets a new one at once")
        {
            Takes = cut => BaoIds.DatabaseRoleOf(cut.Target) is not null,
        },
        Removal(NodeKinds.Account, LinkKind.MemberOf, "takes the entity out of an internal group; leases live on"),
        Removal(NodeKinds.Group, LinkKind.MemberOf, "takes a group out of another; leases live on"),
        Removal(
            NodeKinds.Account, LinkKind.Assumes, "takes a policy off an entity; what a token lists by itself stays until the token is revoked"),
        Removal(NodeKinds.Group, LinkKind.Assumes, "takes a policy off a group; leases live on"),
    ];

    /// <summary>Makes one cut.</summary>
    public async Task<CutOutcome> CutAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (cut is { Kind: CutKind.DisableAccount } && BaoIds.EntityOf(cut.Target) is { } entity)
        {
            return await DisableAsync(entity, cancellationToken);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.TokenOf(cut.Target) is { } accessor)
        {
            return await RevokeTokenAsync(accessor, cancellationToken);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.SecretIdOf(cut.Target) is { } secretId)
        {
            return await DestroyAsync(secretId, cancellationToken);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.LeaseOf(cut.Target) is { } lease)
        {
            return await _leases.RevokeAsync(lease, cancellationToken);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.DatabaseRoleOf(cut.Target) is { } role)
        {
            return await _leases.RevokeAllAsync(role, cancellationToken);
        }

        return cut.Link is { } link && BaoLists.Of(link) is { } place
            ? await RemoveAsync(place, cancellationToken)
            : new CutOutcome.Failed(NotOurs(cut));
    }

    /// <summary>Says that a cut is none of ours.</summary>
    public ConnectorError NotOurs(Cut cut) => api.Errors.Unsupported($"OpenBao cannot make this cut: `{cut}`");

    /// <summary>Reads who or what an entity or group is.</summary>
    public Task<Reply<JsonObject>> ReadAsync(string kind, string id, CancellationToken cancellationToken) =>
        api.GetAsync($"identity/{kind}/id/{Uri.EscapeDataString(id)}", $"read {(kind == "entity" ? "an entity" : "a group")}",
            cancellationToken);

    /// <summary>Where a secret-id is administered.</summary>
    public static string Place((string Mount, string Role, string Accessor) id) =>
        $"auth/{BaoApi.Escape(id.Mount)}/role/{Uri.EscapeDataString(id.Role)}";

    /// <summary>Says what a call that changes something was answered.</summary>
    public static CutOutcome Told(Reply<JsonObject> reply, string what) => reply switch
    {
        { Error: { } error } => new CutOutcome.Failed(error),
        { IsAbsent: true } => new CutOutcome.Acknowledged($"{what}: 404, it was gone already"),
        _ => new CutOutcome.Acknowledged($"{what}: {(int)reply.Status}"),
    };

    /// <summary>Says what a call was answered whose target must be there.</summary>
    public static CutOutcome Changed(Reply<JsonObject> reply, string what, OpenStackErrors errors) =>
        reply.IsAbsent ? new CutOutcome.Failed(errors.Unsupported($"{what}: 404, there is none")) : Told(reply, what);

    private static CutCapability Removal(string from, LinkKind link, string note) =>
        new(CutKind.RemoveLink, from, link, ProofKind.Listing, Enforcement.Online, note)
        {
            Takes = cut => cut.Link is { } key && BaoLists.Of(key) is not null,
        };

    private async Task<CutOutcome> DisableAsync(string id, CancellationToken cancellationToken)
    {
        // Asked first: a POST to an id that does not exist must not make an entity.
        var entity = await ReadAsync("entity", id, cancellationToken);
        return entity switch
        {
            { IsAbsent: true } => new CutOutcome.Failed(api.Errors.Unsupported(
                "the entity is deleted; a login makes a new one, so that there is nothing left to disable")),
            { Error: { } error } => new CutOutcome.Failed(error),
            { Value: { } found } when found.Flag("disabled") => new CutOutcome.Acknowledged("the entity was disabled already"),
            _ => Told(
                await api.PostAsync(
                    $"identity/entity/id/{Uri.EscapeDataString(id)}", "disable an entity", json =>
                        json.WriteBoolean("disabled", value: true),
                    cancellationToken),
                "POST /v1/identity/entity/id, disabled"),
        };
    }

    private async Task<CutOutcome> RevokeTokenAsync(string accessor, CancellationToken cancellationToken)
    {
        var reply = await api.PostAsync(
            "auth/token/revoke-accessor", "revoke a token", json => json.WriteString("accessor", accessor), cancellationToken);

        // An accessor that is not known is answered 200 with a warning here, and 400 by others.
        return reply.Status is System.Net.HttpStatusCode.BadRequest
            ? new CutOutcome.Acknowledged("POST /v1/auth/token/revoke-accessor: 400, the accessor is not known")
            : Told(reply, "POST /v1/auth/token/revoke-accessor");
    }

    private async Task<CutOutcome> DestroyAsync((string Mount, string Role, string Accessor) id, CancellationToken cancellationToken)
    {
        // Looked at first: OpenBao answers 500 when a secret-id is destroyed twice, which is no better than any other 500.
        Action<Utf8JsonWriter> body = json => json.WriteString("secret_id_accessor", id.Accessor);
        var known = await api.PostAsync($"{Place(id)}/secret-id-accessor/lookup", "look up a secret-id", body, cancellationToken);
        return known switch
        {
            { IsAbsent: true } => new CutOutcome.Acknowledged("the secret-id was gone already (404)"),
            { Error: { } error } => new CutOutcome.Failed(error),
            _ => Told(
                await api.PostAsync($"{Place(id)}/secret-id-accessor/destroy", "destroy a secret-id", body, cancellationToken),
                "POST /v1/auth/approle, secret-id-accessor/destroy"),
        };
    }

    private async Task<CutOutcome> RemoveAsync(BaoLists place, CancellationToken cancellationToken)
    {
        // The list is replaced as a whole: if somebody else writes it at the same time, look and take out again.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var holder = await ReadAsync(place.Kind, place.Id, cancellationToken);
            if (holder.Error is { } error)
            {
                return new CutOutcome.Failed(error);
            }

            var listed = holder.Value?.Texts(place.Field) ?? [];
            if (!listed.Contains(place.Entry, StringComparer.Ordinal))
            {
                return new CutOutcome.Acknowledged(attempt == 0
                    ? $"`{place.Field}` does not list it: it was gone already"
                        : $"POST /v1/identity/{place.Kind}/id: taken out of `{place.Field}`");
            }

            if (holder.Value?.Text("type") == "external" && place.Field.StartsWith("member", StringComparison.Ordinal))
            {
                return new CutOutcome.Failed(
                    api.Errors.Unsupported("an external group gets its members from where they log in: cut it there"));
            }

            var written = await api.PostAsync(
                $"identity/{place.Kind}/id/{Uri.EscapeDataString(place.Id)}", "change an entity or group",
                json => Write(json, place, listed), cancellationToken);
            if (written.Error is { } failed)
            {
                return new CutOutcome.Failed(failed);
            }
        }

        return new CutOutcome.Failed(
            new("LS2512", ConnectorErrorKind.Broken, "it came back three times: somebody else writes the same list"));
    }

    private static void Write(Utf8JsonWriter json, BaoLists place, IReadOnlyList<string> listed)
    {
        json.WriteStartArray(place.Field);
        foreach (var entry in listed.Where(e => e != place.Entry))
        {
            json.WriteStringValue(entry);
        }

        json.WriteEndArray();
    }
}
