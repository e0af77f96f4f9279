using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class GraphSweepTests
{
    /// <summary>
    /// Goal: the sweep names exactly those who have left and still reach something, each with a shortest chain. Method: on random
    /// estates try all chains from every identity that is not active, at instants on and around the ends of validities.
    /// </summary>
    [Theory]
    [InlineData("frozen")]
    [InlineData("by changes")]
    [InlineData("turned around")]
    public void The_sweep_finds_exactly_who_still_reaches_something(string built)
    {
        var (reaching, clean) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var world = SmallWorld.Random(seed);
            world = world with { States = world.States.Concat(Left(world, seed)).DistinctBy(s => s.Key).ToDictionary() };
            var graph = Build(world, built);
            foreach (var at in (DateTimeOffset[])[SmallWorld.Noon.AddTicks(-1), SmallWorld.Noon, SmallWorld.Noon.AddHours(2)])
            {
                var oracle = new ChainOracle(world, at);
                var expected = world.Nodes.Where(n => n.Kind == NodeKinds.Identity && world.StateOf(n) != NodeState.Active)
                    .ToDictionary(n => n, n => oracle.AllChains(n).ToList());
                var swept = Assert.IsType<Answer<IReadOnlyList<Chain>>.Complete>(graph.Sweep(at, QueryLimits.Default, default)).Value;

                Assert.Equal(
                    expected.Where(e => e.Value.Count > 0).Select(e => e.Key).Order(), swept.Select(c => c.Links[0].From).Order());
                Assert.All(swept, chain => Assert.Equal(
                    expected[chain.Links[0].From].Min(c => c.Links.Count), chain.Links.Count));
                Assert.All(swept, chain => Assert.Contains(
                    expected[chain.Links[0].From], c => c.Links.Select(l => l.To).SequenceEqual(chain.Links.Select(l => l.To))));
                (reaching, clean) = (reaching + swept.Count, clean + expected.Count - swept.Count);
            }
        }

        Assert.True(reaching > 50 && clean > 10, $"the worlds hold too little: {reaching} reach something, {clean} nothing");
    }

    [Fact]
    public void A_limit_makes_the_sweep_truncated()
    {
        var (person, account, role) = (SmallWorld.Id(NodeKinds.Identity, 1), SmallWorld.Id(NodeKinds.Account, 1), SmallWorld.Id(NodeKinds.Role, 1));
        var links = new[]
        {
            SmallWorld.Link(person, LinkKind.Represents, account),
            SmallWorld.Link(account, LinkKind.Assumes, role),
            SmallWorld.Link(role, LinkKind.Permits, SmallWorld.Id(NodeKinds.Resource, 1), "SELECT"),
        };
        var graph = CompactGraphStore.Build(links, [(person, NodeState.Ended)], SmallWorld.Noon).Current;

        Assert.IsType<Answer<IReadOnlyList<Chain>>.Truncated>(graph.Sweep(SmallWorld.Noon, new QueryLimits(100, 2), default));
        Assert.Single(Assert.IsType<Answer<IReadOnlyList<Chain>>.Complete>(
            graph.Sweep(SmallWorld.Noon, new QueryLimits(100, 3), default)).Value);
    }

    private static IEnumerable<KeyValuePair<NodeId, NodeState>> Left(SmallWorld world, int seed) =>
        world.Nodes.Where(n => n.Kind == NodeKinds.Identity).Where((_, i) => (seed + i) % 3 != 0)
            .Select((n, i) => KeyValuePair.Create(n, i % 2 == 0 ? NodeState.Ended : NodeState.Disabled));

    private static CompactGraph Build(SmallWorld world, string built)
    {
        var states = world.States.Select(s => (s.Key, s.Value));
        if (built == "frozen")
        {
            return CompactGraphStore.Build(world.Links, states, SmallWorld.Noon).Current;
        }

        if (built == "turned around")
        {
            return TurnedAround(world);
        }

        var store = CompactGraphStore.Build([], [], SmallWorld.Noon);
        store.Apply([.. world.Links.Select(l => new GraphChange.Assert(l)), .. states.Select(s => new GraphChange.SetState(s.Key, s.Value))]);
        return store.Current;
    }

    /// <summary>Half of the links were wrong at first, everybody was active, and both came right by changes.</summary>
    private static CompactGraph TurnedAround(SmallWorld world)
    {
        var wrong = world.Links.Select(
            (l, i) => i % 2 == 0 ? l : l with { From = l.To, To = l.From, Kind = LinkKind.MemberOf, Action = null }).ToList();
        var store = CompactGraphStore.Build(wrong, [], SmallWorld.Noon - TimeSpan.FromMinutes(5));
        var retracted = wrong.Except(world.Links).Select(l => l.Key).ToHashSet();
        store.Apply([.. retracted.Select(key => new GraphChange.Retract(key))]);
        store.Apply([.. world.Links.Where(l => retracted.Contains(l.Key) || !wrong.Contains(l)).Select(l => new GraphChange.Assert(l))]);
        store.Apply([.. world.States.Select(s => new GraphChange.SetState(s.Key, s.Value))]);
        store.AdvanceTo(SmallWorld.Noon);
        return store.Current;
    }
}
