using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Looks again and probes: with questions only, never by logging in, since five failed logins lock an alias.</summary>
internal sealed class BaoLooks(BaoApi api, BaoCuts cuts)
{
    /// <summary>Looks whether what was cut is still there.</summary>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (cut is { Kind: CutKind.DisableAccount } && BaoIds.EntityOf(cut.Target) is { } entity)
        {
            // A deleted entity is not a disabled one: the next login would make a new one.
            return Seen(await cuts.ReadAsync("entity", entity, cancellationToken), found =>
                found.Flag("disabled"), "the entity is disabled");
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.TokenOf(cut.Target) is { } accessor)
        {
            return Listed(await api.ListAsync("auth/token/accessors", "list token accessors", cancellationToken), accessor);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.SecretIdOf(cut.Target) is { } id)
        {
            return Listed(await api.ListAsync($"{BaoCuts.Place(id)}/secret-id", "list secret-ids", cancellationToken), id.Accessor);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.LeaseOf(cut.Target) is { } lease)
        {
            var slash = lease.LastIndexOf('/');
            var keys = await api.ListAsync($"sys/leases/lookup/{BaoApi.Escape(lease[..(slash + 1)])}", "list leases", cancellationToken);
            return Listed(keys, lease[(slash + 1)..]);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.DatabaseRoleOf(cut.Target) is { } role)
        {
            return await new BaoLeases(api).LookAsync(role, cancellationToken);
        }

        return cut.Link is { } link && BaoLists.Of(link) is { } place
            ? Seen(
                await cuts.ReadAsync(place.Kind, place.Id, cancellationToken),
                found => !found.Texts(place.Field).Contains(place.Entry, StringComparer.Ordinal),
                $"`{place.Field}` no longer lists it",
                absent: new LookOutcome.Gone($"GET /v1/identity/{place.Kind}/id: 404, the {place.Kind} no longer exists"))
            : new LookOutcome.Unknown(cuts.NotOurs(cut));
    }

    /// <summary>Tries what was cut.</summary>
    public async Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (cut is { Kind: CutKind.DisableAccount } && BaoIds.EntityOf(cut.Target) is { } entity)
        {
            return await ProbeEntityAsync(entity, cancellationToken);
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.TokenOf(cut.Target) is { } accessor)
        {
            return Tried(await CapabilitiesAsync(accessor, cancellationToken), "POST /v1/sys/capabilities-accessor");
        }

        if (cut is { Kind: CutKind.RevokeCredential } && BaoIds.SecretIdOf(cut.Target) is { } id)
        {
            return Tried(
                await api.PostAsync(
                    $"{BaoCuts.Place(id)}/secret-id-accessor/lookup", "look up a secret-id",
                    json => json.WriteString("secret_id_accessor", id.Accessor), cancellationToken),
                "POST /v1/auth/approle, secret-id-accessor/lookup");
        }

        return new ProbeOutcome.NotProbeable(BaoIds.LeaseOf(cut.Target) is not null || BaoIds.DatabaseRoleOf(cut.Target) is not null
            ? "only the database can tell whether the role of a lease is gone: OpenBao's own answer proves nothing"
            : "only the holder's own token could be tried, and only the holder has it");
    }

    private static LookOutcome Seen(Reply<JsonObject> reply, Func<JsonObject, bool> isCut, string evidence, LookOutcome? absent = null) =>
        reply switch
        {
            { Error: { } error } => new LookOutcome.Unknown(error),
            { Value: null } => absent ?? new LookOutcome.StillThere("404: it is deleted and not disabled, and a login would make it again"),
            { Value: { } found } when isCut(found) => new LookOutcome.Gone(evidence),
            _ => new LookOutcome.StillThere($"it is not so that {evidence}"),
        };

    private static LookOutcome Listed(Reply<IReadOnlyList<string>> keys, string key) => keys switch
    {
        { Error: { } error } => new LookOutcome.Unknown(error),
        { Value: { } listed } when !listed.Contains(key, StringComparer.Ordinal) =>
            new LookOutcome.Gone($"a whole listing of {listed.Count} no longer shows it"),
        _ => new LookOutcome.StillThere("the listing shows it"),
    };

    private static ProbeOutcome Tried(Reply<JsonObject> reply, string what) => reply switch
    {
        _ when BaoLogins.IsUnknown(reply) => new ProbeOutcome.Refused($"{what}: {(int)reply.Status}"),
        { Error: { } error } => new ProbeOutcome.Unknown(error),
        _ => new ProbeOutcome.Works($"{what}: 200", Until: null),
    };

    private Task<Reply<JsonObject>> CapabilitiesAsync(string accessor, CancellationToken cancellationToken) => api.PostAsync(
        "sys/capabilities-accessor", "ask what a token may do",
        json =>
        {
            json.WriteString("accessor", accessor);
            json.WriteStartArray("paths");
            json.WriteStringValue("auth/token/lookup-self");
            json.WriteEndArray();
        },
        cancellationToken);

    /// <summary>Asks what a token of the entity may do: OpenBao takes none of them while the entity is disabled.</summary>
    private async Task<ProbeOutcome> ProbeEntityAsync(string entity, CancellationToken cancellationToken)
    {
        var accessors = await api.ListAsync("auth/token/accessors", "list token accessors", cancellationToken);
        if (accessors.Value is not { } listed)
        {
            return new ProbeOutcome.Unknown(accessors.Error ?? api.Errors.Malformed("list token accessors"));
        }

        foreach (var accessor in listed)
        {
            var token = await BaoLogins.LookUpAsync(api, accessor, cancellationToken);
            if (token.Error is { } error && !BaoLogins.IsUnknown(token))
            {
                return new ProbeOutcome.Unknown(error);
            }

            if (token.Value?.Text("entity_id") == entity)
            {
                var tried = await CapabilitiesAsync(accessor, cancellationToken);
                var listing = await BaoLogins.LookUpAsync(api, accessor, cancellationToken);
                if (listing.Value is not null)
                {
                    return Tried(tried, $"POST /v1/sys/capabilities-accessor for its token `{accessor[..4]}…`, which is still listed");
                }
            }
        }

        return new ProbeOutcome.NotProbeable(
            "no token of the entity is listed that could be tried, and failed logins would lock its alias");
    }
}
