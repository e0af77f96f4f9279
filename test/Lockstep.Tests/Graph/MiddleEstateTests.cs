using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

/// <summary>What shows only where rows are long and searches wide: the plain engine over some thousand nodes is the oracle.</summary>
public sealed class MiddleEstateTests
{
    private static readonly DateTimeOffset Noon = SmallWorld.Noon;
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Frozen_and_changed_estates_are_answered_as_by_the_plain_engine(int seed)
    {
        var random = new Random(seed);
        var links = MiddleEstate.Links(random).DistinctBy(l => l.Key).ToDictionary(l => l.Key);
        var states = new Dictionary<NodeId, NodeState>();
        var store = CompactGraphStore.Build(links.Values, [], Noon);
        AssertSame(store.Current, new PlainGraph([.. links.Values], _ => NodeState.Active), random);

        for (var round = 0; round < 3; round++)
        {
            store.Apply(Changes(random, links, states));
            AssertSame(store.Current, new PlainGraph([.. links.Values], id => states.GetValueOrDefault(id)), random);
        }

        store.Compact(Noon);
        AssertSame(store.Current, new PlainGraph([.. links.Values], id => states.GetValueOrDefault(id)), random);
    }

    [Fact]
    public void Who_has_left_is_swept_as_by_asking_each()
    {
        var random = new Random(3);
        var links = MiddleEstate.Links(random).DistinctBy(l => l.Key).ToDictionary(l => l.Key);
        var states = links.Keys.Select(k => k.From).Where(n => n.Kind == NodeKinds.Identity).Distinct()
            .Where(_ => random.Next(3) == 0).ToDictionary(n => n, _ => NodeState.Ended);
        var store = CompactGraphStore.Build(links.Values, states.Select(s => (s.Key, s.Value)), Noon);
        for (var round = 0; round < 4; round++)
        {
            var plain = new PlainGraph([.. links.Values], id => states.GetValueOrDefault(id));
            var expected = states.Where(s => s.Key.Kind == NodeKinds.Identity && s.Value != NodeState.Active)
                .ToDictionary(s => s.Key, s => plain.AccessOf(s.Key, Noon, QueryLimits.Default, None).Value);
            var swept = Assert.IsType<Answer<IReadOnlyList<Chain>>.Complete>(store.Current.Sweep(Noon, QueryLimits.Default, None)).Value;
            Assert.Equal(
                expected.Where(e => e.Value.Count > 0).Select(e => $"{e.Key} in {e.Value.Min(c => c.Links.Count)}").Order(StringComparer.Ordinal),
                swept.Select(c => $"{c.Start} in {c.Links.Count}").Order(StringComparer.Ordinal));
            Assert.All(swept, chain => Assert.All(chain.Links, l => Assert.True(links.ContainsKey(l.Key) && plain.Flows(l, Noon))));

            var sets = new System.Collections.Concurrent.ConcurrentDictionary<NodeId, HashSet<AccessTarget>>();
            var given = store.Current.SweepReach(Noon, QueryLimits.Default, r => Assert.True(sets.TryAdd(r.Identity, [.. r.Targets()])), None);
            Assert.Equal(sets.Count, Assert.IsType<Answer<int>.Complete>(given).Value);
            Assert.Equal(expected.Count(e => e.Value.Count > 0), sets.Count);
            Assert.All(sets, s => Assert.True(s.Value.SetEquals(expected[s.Key].Select(c => c.Target))));
            store.Apply(Changes(random, links, states));
        }
    }

    [Fact]
    public void Every_question_can_be_cancelled_and_says_when_it_was_cut_short()
    {
        var graph = MiddleEstate.WithHub();
        var (hub, target) = (MiddleEstate.Hub, new AccessTarget(MiddleEstate.Leaf(1), "SELECT"));
        var cancelled = new CancellationToken(canceled: true);
        var tight = new QueryLimits(10, 64);
        Assert.ThrowsAny<OperationCanceledException>(() => graph.AccessOf(hub, Noon, tight, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => graph.WhoCan(target, Noon, tight, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => graph.Check(hub, target, Noon, tight, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => graph.BlastRadius(hub, Noon, tight, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => graph.Exposure(MiddleEstate.Leaf(1), Noon, tight, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => graph.Sweep(Noon, tight, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => graph.SweepReach(Noon, tight, _ => { }, cancelled));

        var access = Assert.IsType<Answer<IReadOnlyList<Chain>>.Truncated>(graph.AccessOf(hub, Noon, tight, None));
        Assert.InRange(access.Value.Count, 1, 12);
        Assert.IsType<Answer<IReadOnlyList<Arrival>>.Truncated>(graph.BlastRadius(hub, Noon, tight, None));
        Assert.IsType<Answer<IReadOnlyList<Chain>>.Truncated>(graph.WhoCan(target, Noon, tight, None));
        Assert.IsType<Answer<IReadOnlyList<Arrival>>.Truncated>(graph.Exposure(MiddleEstate.Leaf(1), Noon, tight, None));
        Assert.IsType<Answer<int>.Truncated>(graph.SweepReach(Noon, tight, _ => { }, None));
    }

    private static List<GraphChange> Changes(Random random, Dictionary<LinkKey, Link> links, Dictionary<NodeId, NodeState> states)
    {
        var changes = new List<GraphChange>();
        foreach (var key in links.Keys.Where(_ => random.Next(60) == 0).ToList())
        {
            links.Remove(key);
            changes.Add(new GraphChange.Retract(key));
        }

        foreach (var link in MiddleEstate.Links(random).Where(_ => random.Next(60) == 0).ToList())
        {
            links[link.Key] = link;
            changes.Add(new GraphChange.Assert(link));
        }

        foreach (var node in links.Keys.Select(k => k.To).Concat(states.Keys).Distinct().Where(_ => random.Next(40) == 0).ToList())
        {
            states[node] = (NodeState)random.Next(3);
            changes.Add(new GraphChange.SetState(node, states[node]));
        }

        return changes;
    }

    private static void AssertSame(CompactGraph graph, PlainGraph plain, Random random)
    {
        var nodes = MiddleEstate.Nodes.OrderBy(_ => random.Next()).Take(30).ToList();
        var targets = nodes.SelectMany(plain.LinksTo).Select(AccessTarget.Of).OfType<AccessTarget>().Distinct().Take(8).ToList();
        foreach (var node in nodes)
        {
            Assert.Equal(Written(plain.AccessOf(node, Noon, QueryLimits.Default, None)), Written(graph.AccessOf(node, Noon, QueryLimits.Default, None)));
            Assert.Equal(Arrivals(plain.BlastRadius(node, Noon, QueryLimits.Default, None)), Arrivals(graph.BlastRadius(node, Noon, QueryLimits.Default, None)));
            Assert.Equal(Arrivals(plain.Exposure(node, Noon, QueryLimits.Default, None)), Arrivals(graph.Exposure(node, Noon, QueryLimits.Default, None)));
            foreach (var target in targets)
            {
                var (expected, found) = (plain.Check(node, target, Noon, QueryLimits.Default, None), graph.Check(node, target, Noon, QueryLimits.Default, None));
                Assert.Equal(expected.Value?.Links.Count, found.Value?.Links.Count);
                Assert.All(found.Value?.Links ?? [], l => Assert.True(plain.Flows(l, Noon) && plain.LinksFrom(l.From).Contains(l)));
            }
        }

        foreach (var target in targets)
        {
            Assert.Equal(Written(plain.WhoCan(target, Noon, QueryLimits.Default, None)), Written(graph.WhoCan(target, Noon, QueryLimits.Default, None)));
        }
    }

    private static List<string> Written(Answer<IReadOnlyList<Chain>> answer) =>
        [.. answer.Value.Select(c => $"{c.Start} {c.Target} in {c.Links.Count}").Order(StringComparer.Ordinal)];

    private static List<string> Arrivals(Answer<IReadOnlyList<Arrival>> answer) =>
        [.. answer.Value.Select(a => $"{a.Node} in {a.Depth}").Order(StringComparer.Ordinal)];
}

/// <summary>Some thousand nodes: people, accounts, nested groups with cycles, roles that permit much, vaults, and resources that lead on.</summary>
internal static class MiddleEstate
{
    private static readonly string[] Kinds =
    [
        NodeKinds.Identity, NodeKinds.Account, NodeKinds.Group, NodeKinds.Role, NodeKinds.Secret, NodeKinds.Credential, NodeKinds.Resource,
    ];

    private static readonly NodeId[] All = [.. Enumerable.Range(0, 2800).Select(i => SmallWorld.Id(Kinds[i % Kinds.Length], i))];

    public static IReadOnlyList<NodeId> Nodes => All;

    public static NodeId Hub { get; } = SmallWorld.Id(NodeKinds.Identity, 100_000);

    public static NodeId Leaf(int number) => SmallWorld.Id(NodeKinds.Resource, 200_000 + number);

    public static IEnumerable<Link> Links(Random random)
    {
        foreach (var node in All)
        {
            var (kind, to, most) = node.Kind switch
            {
                NodeKinds.Identity => (LinkKind.Represents, NodeKinds.Account, 2),
                NodeKinds.Account => (LinkKind.MemberOf, NodeKinds.Group, random.Next(9) == 0 ? 90 : 2),
                NodeKinds.Group => (random.Next(3) == 0 ? LinkKind.MemberOf : LinkKind.Assumes, string.Empty, 2),
                NodeKinds.Role => (LinkKind.Permits, NodeKinds.Resource, random.Next(15) == 0 ? 600 : 5),
                NodeKinds.Secret => (LinkKind.Contains, NodeKinds.Credential, 1),
                NodeKinds.Credential => (LinkKind.AuthenticatesAs, NodeKinds.Account, 1),
                _ => (LinkKind.Trusts, NodeKinds.Account, random.Next(25) == 0 ? 1 : 0),
            };
            to = to.Length > 0 ? to : kind == LinkKind.MemberOf ? NodeKinds.Group : NodeKinds.Role;
            for (var i = random.Next(most + 1); i > 0; i--)
            {
                yield return Made(random, node, kind, Any(random, to));
            }

            if (node.Kind == NodeKinds.Role && random.Next(4) == 0)
            {
                yield return Made(random, node, LinkKind.Reads, Any(random, NodeKinds.Secret));
            }
        }
    }

    public static CompactGraph WithHub()
    {
        var links = Enumerable.Range(0, 3000).Select(i => SmallWorld.Link(Hub, LinkKind.Permits, Leaf(i % 1500), i < 1500 ? "SELECT" : "UPDATE"))
            .Concat(Enumerable.Range(0, 3000).Select(i => SmallWorld.Link(SmallWorld.Id(NodeKinds.Account, i), LinkKind.Permits, Leaf(1), "SELECT")));
        return CompactGraphStore.Build(links, [(Hub, NodeState.Ended)], SmallWorld.Noon).Current;
    }

    private static NodeId Any(Random random, string kind)
    {
        var (at, count) = (Array.IndexOf(Kinds, kind), All.Length / Kinds.Length);
        return All[(random.Next(count) * Kinds.Length) + at];
    }

    private static Link Made(Random random, NodeId from, LinkKind kind, NodeId to) => SmallWorld.Link(
        from,
        kind,
        to,
        kind == LinkKind.Permits ? $"do{random.Next(3)}" : null,
        random.Next(12) switch
        {
            0 => new Validity(null, SmallWorld.Noon.AddMinutes(random.Next(-3, 4))),
            1 => new Validity(SmallWorld.Noon.AddMinutes(random.Next(-3, 4)), null),
            _ => Validity.Always,
        },
        new Enforcement((EnforcementMode)random.Next(4), TimeSpan.Zero));
}
