using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Secrets engines: KV secrets with their readers, what database roles and signers hand out, and leases.</summary>
internal sealed class BaoEngines(BaoApi api, OpenBaoSettings settings, BaoPicture picture)
{
    private const int FoldersMax = 100_000;

    /// <summary>Reports the engines that are mounted.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var mounts = await api.GetAsync("sys/mounts", "list secrets engines", cancellationToken);
        if (BaoGaps.Of(mounts.Error, "kv:*", "reads:*", "engines:*", "leases:*") is { Count: > 0 } gaps)
        {
            foreach (var gap in gaps)
            {
                yield return gap;
            }

            yield break;
        }

        foreach (var (path, node) in mounts.OrBreakOff(api.Errors.MalformedCode).Where(m => m.Value is JsonObject))
        {
            var mount = (JsonObject)node!;
            var (trimmed, accessor) = (path.TrimEnd('/'), mount.Text("accessor") ?? path);
            var parts = mount.Text("type") switch
            {
                "kv" when mount.Inner("options")?.Text("version") == "2" => [KvAsync(trimmed, cancellationToken)],
                "database" =>
                [
                    HandsOutAsync(trimmed, accessor, "roles", "creds", "database", cancellationToken),
                    HandsOutAsync(trimmed, accessor, "static-roles", "static-creds", "static", cancellationToken),
                    LeasesAsync(trimmed, cancellationToken),
                ],
                "ssh" => [HandsOutAsync(trimmed, accessor, "roles", "sign", "ssh", cancellationToken)],
                _ => Array.Empty<IAsyncEnumerable<Observation>>(),
            };
            foreach (var part in parts)
            {
                await foreach (var seen in part)
                {
                    yield return seen;
                }
            }
        }
    }

    private async IAsyncEnumerable<Observation> KvAsync(string mount, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var secrets = new List<string>();
        await foreach (var (path, error) in WalkAsync($"{BaoApi.Escape(mount)}/metadata/", "list secrets", cancellationToken))
        {
            if (error is { } hidden)
            {
                yield return new Observation.NotCovered($"kv:{mount}", hidden);
                yield return new Observation.NotCovered($"reads:{mount}", hidden);
                continue;
            }

            secrets.Add(path);
        }

        await foreach (var (path, reply) in Batches.AskAsync(
            secrets, settings.Concurrency,
            (p, cancel) => api.GetAsync($"{BaoApi.Escape(mount)}/metadata/{BaoApi.Escape(p)}", "read a secret's metadata", cancel),
            cancellationToken))
        {
            if (BaoGaps.Of(reply.Error, $"kv:{mount}") is { Count: > 0 } gaps)
            {
                yield return gaps[0];
            }
            else if (!reply.IsAbsent)
            {
                foreach (var seen in Secret(mount, path, reply.OrBreakOff(api.Errors.MalformedCode)))
                {
                    yield return seen;
                }
            }
        }
    }

    private IEnumerable<Observation> Secret(string mount, string path, JsonObject metadata)
    {
        var id = picture.Ids.Kv(mount, path);
        var own = metadata.Inner("custom_metadata");
        yield return picture.Facts.Node(
            $"kv:{mount}", id, $"{mount}/{path}", NodeState.Active,
            ("currentVersion", metadata.Number("current_version")?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (NodeAttributes.Owner, own?.Text("owner")),
            (NodeAttributes.Opens, own?.Text("opens")),
            (NodeAttributes.CreatedAt, OpenStackTime.Iso(metadata.Text("created_time"))),
            (NodeAttributes.ChangedAt, OpenStackTime.Iso(metadata.Text("updated_time"))));
        foreach (var (policy, decision) in Granting(AclCapabilities.Read, $"{mount}/data/{path}"))
        {
            yield return picture.Facts.Link(
                $"reads:{mount}", picture.Ids.Policy(policy), LinkKind.Reads, id,
                $"policy `{policy}` grants read on `{decision.Path ?? "everything"}`",
                condition: Against(policy, AclCapabilities.Read, $"{mount}/data/{path}"));
        }
    }

    private async IAsyncEnumerable<Observation> HandsOutAsync(
        string mount, string accessor, string roles, string action, string kind,
            [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scope = $"engines:{mount}";
        var names = await api.ListAsync($"{BaoApi.Escape(mount)}/{roles}", $"list {roles} of a secrets engine", cancellationToken);
        if (BaoGaps.Of(names.Error, scope) is { Count: > 0 } gaps)
        {
            yield return gaps[0];
            yield break;
        }

        foreach (var name in names.OrBreakOff(api.Errors.MalformedCode))
        {
            var id = picture.Ids.Engine(accessor, kind, name);
            yield return picture.Facts.Node(scope, id, $"{mount}/{action}/{name}", NodeState.Active, ("engine", kind));
            var wanted = kind == "ssh" ? AclCapabilities.Update : AclCapabilities.Read;
            foreach (var (policy, decision) in Granting(wanted, $"{mount}/{action}/{name}"))
            {
                yield return picture.Facts.Link(
                    scope, picture.Ids.Policy(policy), LinkKind.Permits, id,
                        $"policy `{policy}` grants it on `{decision.Path ?? "everything"}`",
                    action: action, condition: Against(policy, wanted, $"{mount}/{action}/{name}"));
            }
        }
    }

    private async IAsyncEnumerable<Observation> LeasesAsync(string mount, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (path, error) in WalkAsync($"sys/leases/lookup/{BaoApi.Escape(mount)}/", "list leases", cancellationToken))
        {
            if (error is { } hidden)
            {
                yield return new Observation.NotCovered($"leases:{mount}", hidden);
                continue;
            }

            var leaseId = $"{mount}/{path}";
            var reply = await api.PostAsync(
                "sys/leases/lookup", "look up a lease", json => json.WriteString("lease_id", leaseId), cancellationToken);
            if (BaoLogins.IsUnknown(reply))
            {
                continue;
            }

            if (BaoGaps.Of(reply.Error, $"leases:{mount}") is { Count: > 0 } gaps)
            {
                yield return gaps[0];
                yield break;
            }

            var lease = reply.OrBreakOff(api.Errors.MalformedCode);
            yield return picture.Facts.Node(
                $"leases:{mount}", picture.Ids.Lease(leaseId), leaseId, NodeState.Active,
                ("secretType", "lease"), ("expiresAt", OpenStackTime.Iso(lease.Text("expire_time"))),
                ("revokeError", lease.Text("revoke_error")), (NodeAttributes.CreatedAt, OpenStackTime.Iso(lease.Text("issue_time"))));
        }
    }

    private async IAsyncEnumerable<(string Path, ConnectorError? Hidden)> WalkAsync(
        string place, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = new Queue<string>([""]);
        for (var visited = 0; folders.TryDequeue(out var folder); visited++)
        {
            var keys = await api.ListAsync(place + BaoApi.Escape(folder), what, cancellationToken);
            if (keys.Error is { Kind: ConnectorErrorKind.Forbidden } || visited == FoldersMax)
            {
                yield return (folder, keys.Error ?? api.Errors.Unsupported($"more than {FoldersMax} folders"));
                continue;
            }

            foreach (var key in keys.OrBreakOff(api.Errors.MalformedCode))
            {
                if (key.EndsWith('/'))
                {
                    folders.Enqueue(folder + key);
                }
                else
                {
                    yield return (folder + key, null);
                }
            }
        }
    }

    private IEnumerable<(string Policy, AclDecision Decision)> Granting(AclCapabilities wanted, string path) => picture.Policies
        .Select(p => (p.Key, p.Value.Decide(new(wanted, path) { WrapTtl = null })))
        .Where(p => p.Item2.Capabilities.HasFlag(wanted));

    /// <summary>
    /// Names the policies that take it away again from whoever holds them too; only sets that somebody really holds count.
    /// </summary>
    private string? Against(string policy, AclCapabilities wanted, string path)
    {
        var request = new AclRequest(wanted, path);
        var sets = picture.Sets
            .Where(c => c.Names.Contains(policy, StringComparer.Ordinal))
            .Select(c => c.Set.Decide(request))
            .Where(d => !d.Capabilities.HasFlag(wanted))
            .SelectMany(d => d.Policies)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        return sets.Count == 0 ? null : $"not for who also holds policy {string.Join(", ", sets.Select(s => $"`{s}`"))}";
    }
}
