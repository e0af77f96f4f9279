using System.Net;
using System.Text.RegularExpressions;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Revokes leases, one or all of a database role, and never by force: that forgets a lease and leaves its user.</summary>
internal sealed partial class BaoLeases(BaoApi api)
{
    /// <summary>Revokes a lease and waits for it.</summary>
    public async Task<CutOutcome> RevokeAsync(string lease, CancellationToken cancellationToken)
    {
        var call = new OpenStackCall(HttpMethod.Post, "sys/leases/revoke", "revoke a lease") { ReadsRefusal = true };
        var reply = await api.SendAsync(
            call.With(json =>
            {
                json.WriteString("lease_id", lease);
                json.WriteBoolean("sync", value: true);
            }),
            cancellationToken);
        return reply.Status is HttpStatusCode.BadRequest
            ? await RefusedAsync(lease, reply.Refusal ?? "", cancellationToken)
            : BaoCuts.Told(reply, "PUT /v1/sys/leases/revoke, waited for");
    }

    /// <summary>Revokes every lease of a database role and waits for it.</summary>
    public async Task<CutOutcome> RevokeAllAsync((string MountAccessor, string Name) role, CancellationToken cancellationToken)
    {
        var (prefix, error) = await PrefixAsync(role, cancellationToken);
        if (prefix is null)
        {
            return new CutOutcome.Failed(error!);
        }

        var call = new OpenStackCall(HttpMethod.Post, $"sys/leases/revoke-prefix/{BaoApi.Escape(prefix)}", "revoke the leases of a role")
        {
            ReadsRefusal = true,
        };
        var reply = await api.SendAsync(call.With(json => json.WriteBoolean("sync", value: true)), cancellationToken);
        return reply.Status is not HttpStatusCode.BadRequest ? BaoCuts.Told(reply, "PUT /v1/sys/leases/revoke-prefix, waited for")
            : IsForGood(reply.Refusal ?? "") is { } state ? new CutOutcome.Left(NotRevoked(state), Until: null)
            : new CutOutcome.Failed(Away());
    }

    /// <summary>Looks whether leases of a database role are listed.</summary>
    public async Task<LookOutcome> LookAsync((string MountAccessor, string Name) role, CancellationToken cancellationToken)
    {
        var (prefix, error) = await PrefixAsync(role, cancellationToken);
        var keys = prefix is null ? null : await api.ListAsync($"sys/leases/lookup/{BaoApi.Escape(prefix)}/", "list leases", cancellationToken);
        return keys switch
        {
            null => new LookOutcome.Unknown(error!),
            { Error: { } failed } => new LookOutcome.Unknown(failed),
            { Value: { Count: > 0 } listed } => new LookOutcome.StillThere($"{listed.Count} leases of the role are listed"),
            _ => new LookOutcome.Gone("no lease of the role is listed"),
        };
    }

    /// <summary>
    /// OpenBao does not try again by itself before the lease expires; that the database said no is for good until somebody repairs the cause,
    /// that it was away is not.
    /// </summary>
    private async Task<CutOutcome> RefusedAsync(string lease, string refusal, CancellationToken cancellationToken)
    {
        var found = await api.PostAsync("sys/leases/lookup", "look up a lease", json => json.WriteString("lease_id", lease), cancellationToken);
        if (BaoLogins.IsUnknown(found))
        {
            return new CutOutcome.Acknowledged("the lease is not known (400): it was gone already");
        }

        var state = IsForGood(refusal) ?? (found.Value?.Text("revoke_error") is { Length: > 0 } kept ? IsForGood(kept) ?? "it is irrevocable" : null);
        return state is null ? new CutOutcome.Failed(Away())
            : new CutOutcome.Left(NotRevoked(state), OpenStackTime.Find(found.Value?.Text("expire_time")));
    }

    private static ConnectorError NotRevoked(string state) => new(
        "LS2511", ConnectorErrorKind.Broken,
        $"the database refuses to undo what the lease stands for ({state}); the lease stays, and its user with it: repair the cause and repeat");

    private static ConnectorError Away() =>
        new("LS2515", ConnectorErrorKind.Broken, "OpenBao could not revoke the lease (400): the database did not answer it");

    /// <summary>
    /// Finds the state that the database answered with; <see langword="null"/> for none and for those that pass (connection, resources,
    /// shutting down). Only the five letters are shown, never the text.
    /// </summary>
    private static string? IsForGood(string refusal) =>
        SqlState().Match(refusal) is { Success: true } match && match.Groups[1].Value is var state
        && state[..2] is not ("08" or "53" or "57" or "58")
            ? $"SQLSTATE {state}" : null;

    [GeneratedRegex(@"SQLSTATE ([0-9A-Z]{5})", RegexOptions.None, 1000)]
    private static partial Regex SqlState();

    private async Task<(string? Prefix, ConnectorError? Error)> PrefixAsync((string MountAccessor, string Name) role, CancellationToken cancellationToken)
    {
        var mounts = await api.GetAsync("sys/mounts", "list secrets engines", cancellationToken);
        var mount = mounts.Value?.FirstOrDefault(m => (m.Value as System.Text.Json.Nodes.JsonObject)?.Text("accessor") == role.MountAccessor).Key;
        return mount is null ? (null, mounts.Error ?? api.Errors.Unsupported("the engine is no longer mounted"))
            : ($"{mount.TrimEnd('/')}/creds/{role.Name}", null);
    }
}
