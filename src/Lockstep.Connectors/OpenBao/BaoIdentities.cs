using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Entities, their aliases, and groups.</summary>
internal sealed class BaoIdentities(BaoApi api, OpenBaoSettings settings, BaoPicture picture)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _entities = new(StringComparer.Ordinal);

    /// <summary>Reports entities with their own policies and the users and roles of auth methods that they log in by.</summary>
    public async IAsyncEnumerable<Observation> EntitiesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entities = AllAsync("entity", "entities", cancellationToken);
        await foreach (var (id, reply) in entities)
        {
            if (reply.Error is { Kind: ConnectorErrorKind.Forbidden } hidden)
            {
                yield return new Observation.NotCovered("entities", hidden);
                yield break;
            }

            if (reply.IsAbsent)
            {
                continue;
            }

            var entity = reply.OrBreakOff(api.Errors.MalformedCode);
            foreach (var seen in Entity(id, entity))
            {
                yield return seen;
            }
        }
    }

    /// <summary>Reports groups, their members and policies. Comes after the entities.</summary>
    public async IAsyncEnumerable<Observation> GroupsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (id, reply) in AllAsync("group", "groups", cancellationToken))
        {
            if (reply.Error is { Kind: ConnectorErrorKind.Forbidden } hidden)
            {
                yield return new Observation.NotCovered("groups", hidden);
                yield break;
            }

            foreach (var seen in reply.IsAbsent ? [] : Group(id, reply.OrBreakOff(api.Errors.MalformedCode)))
            {
                yield return seen;
            }
        }
    }

    private async IAsyncEnumerable<(string Id, Reply<JsonObject> Reply)> AllAsync(
        string kind, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = await api.ListAsync($"identity/{kind}/id", $"list {what}", cancellationToken);
        if (keys.Error is { Kind: ConnectorErrorKind.Forbidden })
        {
            yield return ("", new(keys.Status, null, keys.Error));
            yield break;
        }

        await foreach (var pair in Batches.AskAsync(
            keys.OrBreakOff(api.Errors.MalformedCode), settings.Concurrency,
            (id, cancel) => api.GetAsync($"identity/{kind}/id/{Uri.EscapeDataString(id)}", $"read {what}", cancel), cancellationToken))
        {
            yield return pair;
        }
    }

    private IEnumerable<Observation> Entity(string id, JsonObject entity)
    {
        var (facts, node) = (picture.Facts, picture.Ids.Entity(id));
        var metadata = entity.Inner("metadata");
        var aliases = entity["aliases"] is JsonArray list ? list.OfType<JsonObject>().ToList() : [];
        if (entity.Flag("disabled"))
        {
            picture.Disabled.Add(id);
        }

        var names = aliases.Select(a => $"{a.Text("mount_path")}{a.Text("name")}").Order(StringComparer.Ordinal);
        yield return facts.Node(
            "entities", node, entity.Text("name") ?? id, entity.Flag("disabled") ? NodeState.Disabled : NodeState.Active,
            ("aliases", string.Join(',', names)),
            (NodeAttributes.EmployeeNumber, metadata?.Text("employeeNumber")),
            (NodeAttributes.Mail, metadata?.Text("mail") ?? metadata?.Text("email")),
            (NodeAttributes.Owner, metadata?.Text("owner")),
            ("workload", metadata?.Text("workload") ?? aliases.Select(a => a.Inner("metadata")?.Text("workload")).FirstOrDefault(w => w is not null)),
            (NodeAttributes.CreatedAt, OpenStackTime.Iso(entity.Text("creation_time"))));
        var policies = entity.Texts("policies");
        _entities[id] = policies;
        picture.Holds(policies);
        foreach (var policy in policies)
        {
            yield return facts.Link(
                "entities", node, LinkKind.Assumes, picture.Ids.Policy(policy), $"entity `{entity.Text("name")}` lists policy `{policy}`");
        }

        foreach (var (mount, name) in aliases.Select(a => (a.Text("mount_accessor"), a.Text("name"))).Distinct())
        {
            if (mount is not null && name is not null)
            {
                picture.Aliases.Add((id, mount, name));
            }
        }
    }

    private IEnumerable<Observation> Group(string id, JsonObject group)
    {
        var (facts, node, name) = (picture.Facts, picture.Ids.Group(id), group.Text("name") ?? id);
        yield return facts.Node("groups", node, name, NodeState.Active, ("groupType", group.Text("type")));
        foreach (var policy in group.Texts("policies"))
        {
            picture.Mentioned.Add(policy);
            yield return facts.Link(
                "groups", node, LinkKind.Assumes, picture.Ids.Policy(policy), $"group `{name}` lists policy `{policy}`");
        }

        foreach (var member in group.Texts("member_entity_ids"))
        {
            picture.Holds([.. _entities.GetValueOrDefault(member) ?? [], .. group.Texts("policies")]);
            yield return facts.Link(
                "groups", picture.Ids.Entity(member), LinkKind.MemberOf, node, $"group `{name}` lists the entity as a member");
        }

        foreach (var member in group.Texts("member_group_ids"))
        {
            yield return facts.Link(
                "groups", picture.Ids.Group(member), LinkKind.MemberOf, node, $"group `{name}` lists the group as a member");
        }
    }
}
