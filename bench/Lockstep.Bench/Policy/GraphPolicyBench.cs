using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lockstep.Bench.Graph;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;
using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Server.Decisions;

namespace Lockstep.Bench.Policy;

/// <summary>Decisions by 10,000 policies whose entities are answered from a compact graph of a million nodes, on one thread.</summary>
internal sealed class GraphPolicyBench
{
    private const int Policies = 10_000;
    private const int Requests = 50_000;
    private static readonly DateTimeOffset At = SeededEstate.Noon;
    private readonly SeededEstate _estate;
    private readonly CompactGraph _graph;
    private readonly List<NodeId> _people;
    private readonly List<NodeId> _things;
    private readonly List<NodeId> _groups;

    private GraphPolicyBench(int nodes)
    {
        _estate = new SeededEstate(nodes, seed: 5);
        _graph = CompactGraphStore.Build(_estate.Links(), [], At, nodes).Current;
        _people = [.. _estate.Identities(5_000, 11).Select(_estate.Name)];
        _things = [.. _estate.Resources(5_000, 12).Select(_estate.Name)];
        var random = new Random(13);
        _groups = [.. Enumerable.Range(0, 200_000).Select(_ => random.Next(nodes)).Where(n => _estate.KindOf(n) == NodeKinds.Group).Take(4_000).Select(_estate.Name)];
    }

    /// <summary>Measures, and prints and keeps a table.</summary>
    public static void Run(int nodes)
    {
        var bench = new GraphPolicyBench(nodes);
        bench.RequireMembershipAsTheGraphHasIt();
        bench.Measure();
    }

    /// <summary>Before anything is measured: what a policy sees as membership is what a walk over the links finds.</summary>
    private void RequireMembershipAsTheGraphHasIt()
    {
        var entities = Entities().At(At);
        foreach (var person in _people.Take(100))
        {
            var walked = new HashSet<NodeId> { person };
            var open = new Stack<NodeId>([person]);
            while (open.TryPop(out var node))
            {
                foreach (var link in _graph.LinksFrom(node).Where(l => _graph.Flows(l, At) && l.Kind is LinkKind.Represents or LinkKind.MemberOf or LinkKind.Assumes))
                {
                    if (walked.Add(link.To))
                    {
                        open.Push(link.To);
                    }
                }
            }

            walked.Remove(person);
            var seen = entities.AncestorsOf(EntityNames.Of(person)).ToArray().Where(e => e.Type != EntityNames.SystemType).Select(e => e.Id);
            if (!walked.Select(n => n.ToString()).ToHashSet().SetEquals(seen))
            {
                throw new InvalidOperationException($"{person} is seen in other groups than a walk finds");
            }
        }
    }

    private void Measure()
    {
        var authorizer = new Authorizer(PolicySet.Parse(Text()));
        var requests = MakeRequests();
        var again = Entities();
        var warm = PolicyFigures.Measure(authorizer, again.At(At), requests, TimeSpan.FromSeconds(4));
        var (first, firstBytes) = MeasureFirst(authorizer, requests);
        var buffer = new DecisionBuffer();
        var allowed = requests.Count(r =>
        {
            authorizer.Decide(r, again.At(At), buffer);
            return buffer.IsAllowed;
        });

        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture,
                $"{Policies:N0} policies over {_graph.NodeCount:N0} nodes and {_graph.LinkCount:N0} links, one thread; {requests.Count:N0} questions of {_people.Count:N0} people about {_things.Count:N0} resources, {allowed:N0} permitted.")
            .AppendLine("What 100 people are in equals a walk over the links, checked first.").AppendLine()
            .AppendLine("| | decisions/s by the clock | by processor time | p50 us | p99 us | bytes/decision | policies looked at |")
            .AppendLine("|---|---:|---:|---:|---:|---:|---:|")
            .AppendLine(CultureInfo.InvariantCulture,
                $"| entities asked before | {1e9 / warm.Mean:N0} | {1e9 / warm.Processor:N0} | {warm.Median / 1000:F2} | {warm.P99 / 1000:F2} | {warm.AllocatedPerDecision:F1} | {warm.Considered:F1} |")
            .AppendLine(CultureInfo.InvariantCulture,
                $"| each subject and resource for the first time | {1e9 / first:N0} | | | | {firstBytes:N0} | |")
            .AppendLine().AppendLine("Goal: 200,000 a second on one core, for entities that were asked about before in a version of the graph. The first question about one is bounded")
            .AppendLine("by the walk over what it is in, dozens of groups; one in ten people here is in hundreds. What was read is kept until a link on the way")
            .AppendLine("begins or ends, or the graph changes; at most 200,000 entities. Names of groups are written out once and kept. Not tried: names by number.");
        Console.Write(text);
        Results.Write("policy over the graph", text.ToString());
    }

    /// <summary>Every request has a subject and a resource that this source was never asked about.</summary>
    private (double Nanoseconds, long Bytes) MeasureFirst(Authorizer authorizer, List<AuthorizationRequest> requests)
    {
        var fresh = requests.DistinctBy(r => r.Principal).DistinctBy(r => r.Resource).ToList();
        var (entities, buffer) = (Entities().At(At), new DecisionBuffer());
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        foreach (var request in fresh)
        {
            authorizer.Decide(request, entities, buffer);
        }

        return (clock.Elapsed.TotalNanoseconds / fresh.Count, (GC.GetAllocatedBytesForCurrentThread() - bytes) / fresh.Count);
    }

    private GraphEntities Entities() => new(_graph, id => new Node { Id = id, Name = id.Key });

    private string Text()
    {
        var random = new Random(3);
        var policies = new List<string>
        {
            "forbid (principal, action, resource) when { context.suspended };",
            "permit (principal, action == Action::\"ADMIN\", resource) when { resource has owner && resource.owner == principal };",
        };
        while (policies.Count < Policies)
        {
            var (group, thing) = (_groups[random.Next(_groups.Count)], _things[random.Next(_things.Count)]);
            var action = SeededEstate.Actions[1 + random.Next(4)];
            policies.Add((policies.Count % 10) switch
            {
                < 4 => $"permit (principal in Group::\"{group}\", action == Action::\"{action}\", resource in System::\"{group.SystemName}\") when {{ principal.state == \"active\" }};",
                < 7 => $"permit (principal in Group::\"{group}\", action, resource) when {{ context.ip.isInRange(ip(\"10.{random.Next(200)}.0.0/16\")) }};",
                < 9 => $"permit (principal, action == Action::\"{action}\", resource == Resource::\"{thing}\") when {{ principal.system == \"{thing.SystemName}\" }};",
                _ => $"forbid (principal is Identity, action, resource in System::\"{thing.SystemName}\") unless {{ context.mfa }};",
            });
        }

        return string.Join('\n', policies);
    }

    private List<AuthorizationRequest> MakeRequests()
    {
        var random = new Random(4);
        var actions = SeededEstate.Actions.OfType<string>().Select(a => new EntityUid(EntityNames.ActionType, a)).ToList();
        var people = _people.ConvertAll(EntityNames.Of);
        var things = _things.ConvertAll(EntityNames.Of);
        return [.. Enumerable.Range(0, Requests).Select(_ => new AuthorizationRequest(
            people[random.Next(people.Count)], actions[random.Next(actions.Count)], things[random.Next(things.Count)],
            new([
                new("mfa", CedarValue.Of(random.Next(4) > 0)), new("suspended", CedarValue.Of(random.Next(50) == 0)),
                new("ip", IpRange.TryParse($"10.{random.Next(200)}.1.1", out var ip) ? CedarValue.Of(ip!) : CedarValue.False),
            ])))];
    }
}
