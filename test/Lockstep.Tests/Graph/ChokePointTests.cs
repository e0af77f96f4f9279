using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class ChokePointTests
{
    /// <summary>
    /// Goal: choke points are exactly the places whose cut takes a target from somebody, each with how many lose it, on both engines.
    /// Method: on random estates take out the links between every two nodes and ask again who can.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Choke_points_are_what_takes_a_target_from_somebody_when_it_is_cut(bool isCompact)
    {
        var (narrow, wide) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var world = Wide(seed);
            var plain = new PlainGraph(world.Links, world.StateOf);
            IAccessGraph graph = isCompact
                ? CompactGraphStore.Build(world.Links, world.States.Select(s => (s.Key, s.Value)), SmallWorld.Noon).Current
                : plain;
            foreach (var target in world.Links.Select(AccessTarget.Of).OfType<AccessTarget>().Distinct().Take(3))
            {
                var found = Assert.IsType<Answer<IReadOnlyList<ChokePoint>>.Complete>(
                    ChokePoint.Find(graph, target, 100, SmallWorld.Noon, QueryLimits.Default, default)).Value;
                var expected = ByTrying(world, plain, target);

                Assert.Equal(expected, found.Select(Text).Order(StringComparer.Ordinal));
                Assert.Equal(found.Select(f => f.Identities).OrderDescending(), found.Select(f => f.Identities));
                narrow += found.Count;
                wide += found.Count == 0 ? 1 : 0;
            }
        }

        Assert.True(narrow > 300 && wide > 50, $"{narrow} choke points, {wide} targets without: this shows too little");
    }

    [Fact]
    public void A_limit_gives_none_and_says_so()
    {
        var (person, account, resource) = (SmallWorld.Id(NodeKinds.Identity, 1), SmallWorld.Id(NodeKinds.Account, 1), SmallWorld.Id(NodeKinds.Resource, 1));
        Link[] links = [SmallWorld.Link(person, LinkKind.Represents, account), SmallWorld.Link(account, LinkKind.Permits, resource, "SELECT")];
        foreach (var graph in new IAccessGraph[]
            { new PlainGraph(links, _ => NodeState.Active), CompactGraphStore.Build(links, [], SmallWorld.Noon).Current })
        {
            Assert.Empty(Assert.IsType<Answer<IReadOnlyList<ChokePoint>>.Truncated>(Find(graph, depthMax: 1)).Value);
            Assert.Equal(2, Assert.IsType<Answer<IReadOnlyList<ChokePoint>>.Complete>(Find(graph, depthMax: 2)).Value.Count);
        }

        Answer<IReadOnlyList<ChokePoint>> Find(IAccessGraph graph, int depthMax) =>
            ChokePoint.Find(graph, new(resource, "SELECT"), 10, SmallWorld.Noon, new QueryLimits(1_000, depthMax), default);
    }

    private static SmallWorld Wide(int seed)
    {
        var worlds = Enumerable.Range(0, 2).Select(i => SmallWorld.Random((seed * 2) + i)).ToList();
        var links = worlds.SelectMany(w => w.Links).DistinctBy(l => l.Key).ToList();
        return new(links, worlds[0].States);
    }

    private static List<string> ByTrying(SmallWorld world, PlainGraph graph, AccessTarget target)
    {
        var all = WhoCan(graph, target);
        return
        [
            .. world.Links.Where(l => graph.Flows(l, SmallWorld.Noon))
                .GroupBy(l => (l.From, l.To, IsLast: AccessTarget.Of(l) == target))
                .Select(g => new ChokePoint([.. g], all.Except(WhoCan(new PlainGraph(world.Links.Except(g), world.StateOf), target)).Count()))
                .Where(c => c.Identities > 0).Select(Text).Order(StringComparer.Ordinal),
        ];
    }

    private static HashSet<NodeId> WhoCan(PlainGraph graph, AccessTarget target) =>
        [.. graph.WhoCan(target, SmallWorld.Noon, QueryLimits.Default, default).Value.Select(c => c.Start)];

    private static string Text(ChokePoint point) =>
        $"{point.Identities}: {string.Join(", ", point.Links.Select(l => l.Key.ToString()).Order(StringComparer.Ordinal))}";
}
