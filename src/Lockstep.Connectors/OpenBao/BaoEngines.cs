using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Secrets engines: KV secrets with their readers; database and SSH engines.</summary>
internal sealed class BaoEngines(BaoApi api, OpenBaoSettings settings, BaoPicture picture)
{
    private readonly BaoGrants _grants = new(picture);

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

        var databases = new BaoDatabases(api, settings, picture);
        var signers = new BaoSigners(api, picture);
        foreach (var (path, node) in mounts.OrBreakOff(api.Errors.MalformedCode).Where(m => m.Value is JsonObject))
        {
            var mount = (JsonObject)node!;
            var (trimmed, accessor) = (path.TrimEnd('/'), mount.Text("accessor") ?? path);
            var parts = mount.Text("type") switch
            {
                "kv" when mount.Inner("options")?.Text("version") == "2" => [KvAsync(trimmed, cancellationToken)],
                "database" => [databases.ObserveAsync(trimmed, accessor, cancellationToken)],
                "ssh" => [signers.ObserveAsync(trimmed, accessor, mount, cancellationToken)],
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
        await foreach (var (path, error) in BaoWalk.BelowAsync(api, $"{BaoApi.Escape(mount)}/metadata/", "list secrets", cancellationToken))
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
        var versions = (metadata.Inner("versions") ?? []).Select(v => v.Value as JsonObject).OfType<JsonObject>().Select(v =>
            OpenStackTime.Find(v.Text("created_time")));
        picture.Values[(mount, path)] = (id, [.. versions.OfType<DateTimeOffset>().Order()]);
        yield return picture.Facts.Node(
            $"kv:{mount}", id, $"{mount}/{path}", NodeState.Active,
            ("currentVersion", metadata.Number("current_version")?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (NodeAttributes.Owner, own?.Text("owner")),
            (NodeAttributes.Opens, own?.Text("opens")),
            (NodeAttributes.CreatedAt, OpenStackTime.Iso(metadata.Text("created_time"))),
            (NodeAttributes.ChangedAt, OpenStackTime.Iso(metadata.Text("updated_time"))));
        foreach (var (policy, decision) in _grants.Granting(AclCapabilities.Read, $"{mount}/data/{path}"))
        {
            yield return picture.Facts.Link(
                $"reads:{mount}", picture.Ids.Policy(policy), LinkKind.Reads, id,
                $"policy `{policy}` grants read on `{decision.Path ?? "everything"}`",
                condition: _grants.Against(policy, AclCapabilities.Read, $"{mount}/data/{path}"));
        }
    }
}
