using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Database engines: roles that make users, static roles whose password is rotated, and leases with the users they made.</summary>
internal sealed class BaoDatabases(BaoApi api, OpenBaoSettings settings, BaoPicture picture)
{
    private const int EndedMax = 2_000;
    private const string Plugin = "-database-plugin";
    private readonly BaoGrants _grants = new(picture);

    /// <summary>Reports one engine.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync(
        string mount, string accessor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (scope, places) = ($"engines:{mount}", new Dictionary<string, Place>(StringComparer.Ordinal));
        await foreach (var (name, role, hidden) in RolesAsync(mount, "roles", cancellationToken))
        {
            if (hidden is not null)
            {
                yield return new Observation.NotCovered(scope, hidden);
            }

            if (name.Length > 0)
            {
                places[name] = await PlaceAsync(mount, role?.Text("db_name"), cancellationToken) with
                {
                    Issuer = picture.Ids.Engine(accessor, "database", name),
                };
                foreach (var seen in Role(mount, accessor, name, places[name]))
                {
                    yield return seen;
                }
            }
        }

        await foreach (var (name, role, hidden) in RolesAsync(mount, "static-roles", cancellationToken))
        {
            if (hidden is not null)
            {
                yield return new Observation.NotCovered(scope, hidden);
            }

            if (name.Length > 0)
            {
                foreach (var seen in Static(mount, name, role, await PlaceAsync(mount, role?.Text("db_name"), cancellationToken)))
                {
                    yield return seen;
                }
            }
        }

        await foreach (var seen in LeasesAsync(mount, places, cancellationToken))
        {
            yield return seen;
        }
    }

    private async IAsyncEnumerable<(string Name, JsonObject? Role, ConnectorError? Hidden)> RolesAsync(
        string mount, string kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = await api.ListAsync($"{BaoApi.Escape(mount)}/{kind}", $"list {kind} of a secrets engine", cancellationToken);
        if (names.Error is { Kind: ConnectorErrorKind.Forbidden } error)
        {
            yield return ("", null, error);
            yield break;
        }

        foreach (var name in names.OrBreakOff(api.Errors.MalformedCode))
        {
            var role = await api.GetAsync($"{BaoApi.Escape(mount)}/{kind}/{BaoApi.Escape(name)}", "read a database role", cancellationToken);
            if (role.Error is { } failed && failed.Kind != ConnectorErrorKind.Forbidden)
            {
                throw new IncompleteObservationException(failed);
            }

            yield return (name, role.Value, role.Error);
        }
    }

    /// <summary>Finds in which system the users are, and whether their names have the usual form.</summary>
    private async Task<Place> PlaceAsync(string mount, string? database, CancellationToken cancellationToken)
    {
        var config = database is null ? null
            : (await api.GetAsync($"{BaoApi.Escape(mount)}/config/{BaoApi.Escape(database)}", "read a database connection", cancellationToken)).Value;
        var plugin = config?.Text("plugin_name") ?? "postgresql" + Plugin;
        var system = settings.Databases.GetValueOrDefault(database ?? "")
            ?? (plugin.EndsWith(Plugin, StringComparison.Ordinal) ? plugin[..^Plugin.Length] : plugin);
        return new(system, config?.Inner("connection_details")?.Text("username_template") is null or "");
    }

    private IEnumerable<Observation> Role(string mount, string accessor, string name, Place place)
    {
        var (scope, id) = ($"engines:{mount}", picture.Ids.Engine(accessor, "database", name));
        yield return picture.Facts.Node(
            scope, id, $"{mount}/creds/{name}", NodeState.Active, ("engine", "database"),
            (NodeAttributes.IssuesLike, place.IsUsual ? $"{place.System}:v-*-{Cut8(name)}-????????????????????-??????????" : null));
        foreach (var (policy, decision) in _grants.Granting(AclCapabilities.Read, $"{mount}/creds/{name}"))
        {
            yield return picture.Facts.Link(
                scope, picture.Ids.Policy(policy), LinkKind.Permits, id, $"policy `{policy}` grants it on `{decision.Path ?? "everything"}`",
                action: "creds", condition: _grants.Against(policy, AclCapabilities.Read, $"{mount}/creds/{name}"));
        }
    }

    private IEnumerable<Observation> Static(string mount, string name, JsonObject? role, Place place)
    {
        var (scope, id) = ($"engines:{mount}", picture.Ids.Static(mount, name));
        var set = OpenStackTime.Find(role?.Text("last_vault_rotation"));
        picture.Values[(mount, $"static-creds/{name}")] = (id, set is { } at ? [at] : []);
        yield return picture.Facts.Node(
            scope, id, $"{mount}/static-creds/{name}", NodeState.Active, ("secretType", "static-role"),
            (NodeAttributes.Opens, role?.Text("username") is { } user ? $"{place.System}:{user}" : null),
            (NodeAttributes.ChangedAt, OpenStackTime.Iso(role?.Text("last_vault_rotation"))));
        foreach (var (policy, decision) in _grants.Granting(AclCapabilities.Read, $"{mount}/static-creds/{name}"))
        {
            yield return picture.Facts.Link(
                scope, picture.Ids.Policy(policy), LinkKind.Reads, id, $"policy `{policy}` grants read on `{decision.Path ?? "everything"}`",
                condition: _grants.Against(policy, AclCapabilities.Read, $"{mount}/static-creds/{name}"));
        }
    }

    private async IAsyncEnumerable<Observation> LeasesAsync(
        string mount, Dictionary<string, Place> places, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (path, error) in BaoWalk.BelowAsync(
            api, $"sys/leases/lookup/{BaoApi.Escape(mount)}/", "list leases", cancellationToken))
        {
            var leaseId = $"{mount}/{path}";
            var reply = error is not null ? null : await api.PostAsync(
                "sys/leases/lookup", "look up a lease", json => json.WriteString("lease_id", leaseId), cancellationToken);
            if (reply is null || BaoGaps.Of(reply.Error, $"leases:{mount}").Count > 0)
            {
                yield return new Observation.NotCovered($"leases:{mount}", error ?? reply!.Error!);
                yield break;
            }

            if (!BaoLogins.IsUnknown(reply))
            {
                listed.Add(leaseId);
                foreach (var seen in Lease(mount, leaseId, reply.OrBreakOff(api.Errors.MalformedCode), places))
                {
                    yield return seen;
                }
            }
        }

        // What is no longer listed may have left its user behind.
        var ended = picture.History.Leases
            .Where(l => l.Value.Given.Mount == mount && !listed.Contains(l.Key)).OrderByDescending(l => l.Value.Given.At).Take(EndedMax);
        foreach (var seen in ended.SelectMany(l => Lease(mount, l.Key, lease: null, places)))
        {
            yield return seen;
        }
    }

    private IEnumerable<Observation> Lease(string mount, string leaseId, JsonObject? lease, Dictionary<string, Place> places)
    {
        var (scope, id) = ($"leases:{mount}", picture.Ids.Lease(leaseId));
        var role = leaseId[(mount.Length + 1)..].Split('/') is ["creds", .. var name, _] ? string.Join('/', name) : "";
        var place = places.GetValueOrDefault(role) ?? new("postgresql", IsUsual: true);
        var given = picture.History.Leases.GetValueOrDefault(leaseId);
        var issued = OpenStackTime.Find(lease?.Text("issue_time")) ?? given?.Given.At;
        yield return picture.Facts.Node(
            scope, id, leaseId, lease is null ? NodeState.Ended : NodeState.Active,
            (NodeAttributes.CredentialType, "lease"), (NodeAttributes.IssuedBy, place.Issuer?.ToString()),
            (NodeAttributes.ExpiresAt, OpenStackTime.Iso(lease?.Text("expire_time"))),
            ("revokeError", lease?.Text("revoke_error") is { Length: > 0 } ? "true" : null),
            (NodeAttributes.CreatedAt, issued?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            (NodeAttributes.Opens, given?.UserName is { } user ? $"{place.System}:{user}" : null),
            (NodeAttributes.OpensLike, given?.UserName is null && place.IsUsual && issued is { } at
                ? Like(place.System, given?.Given.DisplayName, role, at) : null));
        if (given is not null && picture.History.WhoAsked(given.Given) is { Entity.Length: > 0 } asked)
        {
            yield return picture.Facts.Link(
                BaoPast.Scope, picture.Ids.Entity(asked.Entity), LinkKind.Holds, id, $"audit log: given to {asked.How}");
        }
    }

    /// <summary>The form in which the plugin names users; the name is made a moment before the lease.</summary>
    private static string Like(string system, string? displayName, string role, DateTimeOffset issued) => string.Join(' ', Enumerable.Range(0, 3).Select(
        before => string.Create(
            CultureInfo.InvariantCulture,
            $"{system}:v-{(displayName is null ? "*" : Cut8(displayName))}-{Cut8(role)}-????????????????????-{issued.ToUnixTimeSeconds() - before}")));

    private static string Cut8(string text) => (text.Length > 8 ? text[..8] : text).Replace(' ', '?');

    private sealed record Place(string System, bool IsUsual, NodeId? Issuer = null);
}
