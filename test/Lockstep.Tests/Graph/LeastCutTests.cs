using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class LeastCutTests
{
    private static readonly string[] Engines = ["plain", "compact", "changed"];

    /// <summary>
    /// Goal: the cut is the cheapest there is, and it cuts, on every engine. Method: on small random estates try every set of links in
    /// order of cost, and ask the plain engine again without what the cut names.
    /// </summary>
    [Fact]
    public void The_least_cut_is_as_cheap_as_the_best_of_all_sets()
    {
        var (cuts, uncuttable) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var world = SmallWorld.Random(seed);
            world = world with { Links = [.. world.Links.Take(12)] };
            var engines = Engines.Select(engine => (Name: engine, Graph: Build(world, engine))).ToList();
            foreach (var start in world.Links.Select(l => l.From).Distinct().Take(3))
            {
                var targets = TargetsOf(world, start, seed);
                var best = BestOfAll(world, start, targets);
                uncuttable += best is null ? 1 : 0;
                foreach (var (name, graph) in engines)
                {
                    var found = Complete(LeastCut.Find(graph, start, targets, CostOf, SmallWorld.Noon, QueryLimits.Default, default));
                    Assert.True(best == found?.Cost, $"{name}, seed {seed} from {start}: {found?.Cost}, the best is {best}");
                    Assert.Equal(found?.Links.Sum(CostOf), found?.Cost);
                    Assert.True(
                        found is null || !Reaches(world.Links.Except(found.Links), world, start, targets), $"{name}, seed {seed}: it does not cut");
                    cuts += found?.Links.Count > 0 ? 1 : 0;
                }
            }
        }

        Assert.True(cuts > 600 && uncuttable > 5, $"only {cuts} cuts, {uncuttable} that cannot be: this test shows nothing");
    }

    /// <summary>Goal: cost by who else depends on a link is the same on every engine. Method: compare costs on larger random estates.</summary>
    [Fact]
    public void Weights_by_kind_and_sharers_give_the_same_cost_on_every_engine()
    {
        var shared = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            var world = Wide(seed);
            var costs = Engines.Select(engine => world.Nodes.Where(n => n.Kind == NodeKinds.Identity).Select(
                start => Complete(LeastCut.FindWeighted(
                    Build(world, engine), start, TargetsOf(world, start, seed), CutWeights.Usual.Of, SmallWorld.Noon, QueryLimits.Default,
                    default))?.Cost).ToList()).ToList();

            Assert.Equal(costs[0], costs[1]);
            Assert.Equal(costs[0], costs[2]);
            shared += costs[0].Count(c => c > 10);
        }

        Assert.True(shared >= 10, $"only {shared} cuts go through what others depend on");
    }

    [Fact]
    public void What_others_depend_on_is_spared_where_a_link_of_ones_own_can_be_cut()
    {
        var (person, account, group) = (SmallWorld.Id(NodeKinds.Identity, 1), SmallWorld.Id(NodeKinds.Account, 1), SmallWorld.Id(NodeKinds.Group, 1));
        var resource = SmallWorld.Id(NodeKinds.Resource, 1);
        Link[] links =
        [
            SmallWorld.Link(person, LinkKind.Represents, account),
            SmallWorld.Link(account, LinkKind.MemberOf, group),
            SmallWorld.Link(group, LinkKind.Permits, resource, "SELECT"),
            .. Enumerable.Range(2, 5).Select(i => SmallWorld.Link(SmallWorld.Id(NodeKinds.Account, i), LinkKind.MemberOf, group)),
        ];
        foreach (var graph in new IAccessGraph[] { new PlainGraph(links, _ => NodeState.Active), CompactGraphStore.Build(links, [], SmallWorld.Noon).Current })
        {
            var asked = new List<(LinkKind Kind, int Sharers)>();
            var cut = Complete(LeastCut.FindWeighted(
                graph, person, [], c => { asked.Add((c.Kind, c.Sharers)); return CutWeights.Usual.Of(c); }, SmallWorld.Noon,
                QueryLimits.Default, default))!;

            Assert.Equal([LinkKind.MemberOf], cut.Links.Select(l => l.Kind));
            Assert.Equal([(LinkKind.Represents, 0), (LinkKind.MemberOf, 1), (LinkKind.Permits, 6)], asked.OrderBy(a => a.Sharers));
        }
    }

    [Fact]
    public void A_limit_makes_the_cut_truncated()
    {
        var links = Enumerable.Range(0, 10).Select(i => SmallWorld.Link(
            SmallWorld.Id(i == 0 ? NodeKinds.Identity : NodeKinds.Group, i), LinkKind.MemberOf, SmallWorld.Id(NodeKinds.Group, i + 1)))
            .Append(SmallWorld.Link(SmallWorld.Id(NodeKinds.Group, 10), LinkKind.Permits, SmallWorld.Id(NodeKinds.Resource, 1), "SELECT")).ToList();
        foreach (var graph in new IAccessGraph[] { new PlainGraph(links, _ => NodeState.Active), CompactGraphStore.Build(links, [], SmallWorld.Noon).Current })
        {
            Assert.IsType<Answer<LeastCut?>.Truncated>(Find(graph, [], new QueryLimits(100, 5)));
            Assert.IsType<Answer<LeastCut?>.Truncated>(Find(graph, [], new QueryLimits(5, 64)));

            // The one link too many is the last, and leads nowhere.
            Assert.IsType<Answer<LeastCut?>.Truncated>(Find(graph, [new(SmallWorld.Id(NodeKinds.Resource, 1), "SELECT")], new QueryLimits(100, 10)));
            Assert.Equal(1, Complete(Find(graph, [new(SmallWorld.Id(NodeKinds.Resource, 1), "SELECT")], new QueryLimits(100, 11)))!.Cost);
            Assert.Equal(1, Complete(Find(graph, [], QueryLimits.Default))!.Cost);
            Assert.Equal(1, Complete(Find(graph, [new(SmallWorld.Id(NodeKinds.Resource, 1), "SELECT")], QueryLimits.Default))!.Cost);
            Assert.Empty(Complete(Find(graph, [new(SmallWorld.Id(NodeKinds.Resource, 1), "nothing")], QueryLimits.Default))!.Links);
        }

        static Answer<LeastCut?> Find(IAccessGraph graph, IReadOnlyCollection<AccessTarget> targets, QueryLimits limits) =>
            LeastCut.FindWeighted(graph, SmallWorld.Id(NodeKinds.Identity, 0), targets, _ => 1, SmallWorld.Noon, limits, default);
    }

    /// <summary>
    /// Goal: asking again never overlooks a chain, or a wrong cut would be given as certified. Method: with nothing cut it must say what the
    /// plain engine says; where limits keep it from an answer it must not say that nothing is reached.
    /// </summary>
    [Theory]
    [InlineData("compact", 1000)]
    [InlineData("changed", 1000)]
    [InlineData("compact", 2)]
    [InlineData("changed", 1)]
    public void Asking_again_never_overlooks_a_chain(string engine, int nodesMax)
    {
        var (reached, others) = (0, 0);
        for (var seed = 0; seed < 600; seed++)
        {
            var world = SmallWorld.Random(seed);
            var frame = ((CompactGraph)Build(world, engine)).Frame;
            var run = new SearchRun(frame, int.MaxValue, SmallWorld.Noon.UtcTicks, new QueryLimits(nodesMax, 64), default);
            foreach (var target in world.Links.Select(AccessTarget.Of).OfType<AccessTarget>().Distinct())
            {
                foreach (var start in world.Nodes)
                {
                    var permit = (uint)frame.Permits.Find(frame.Nodes.Find(target.Resource), target.Action) | PermitTable.Bit;
                    using var cut = new CompactCut(run, (uint)frame.Nodes.Find(start), [permit], _ => 1);
                    var (expected, said) = (Reaches(world.Links, world, start, [target]), cut.ReachesWithout([]));

                    Assert.True(said || !expected, $"{engine}, seed {seed}: {start} reaches {target}, and that is not seen");
                    Assert.True(said == expected || nodesMax < 1000, $"{engine}, seed {seed}: {start} does not reach {target}");
                    (reached, others) = (reached + (expected ? 1 : 0), others + (expected ? 0 : 1));
                }
            }
        }

        Assert.True(reached > 1000 && others > 1000, $"{reached} reached, {others} not: this test shows too little");
    }

    private static LeastCut? Complete(Answer<LeastCut?> answer) => Assert.IsType<Answer<LeastCut?>.Complete>(answer).Value;

    private static IAccessGraph Build(SmallWorld world, string engine)
    {
        var states = world.States.Select(s => (s.Key, s.Value));
        if (engine == "plain")
        {
            return new PlainGraph(world.Links, world.StateOf);
        }

        if (engine == "compact")
        {
            return CompactGraphStore.Build(world.Links, states, SmallWorld.Noon).Current;
        }

        // Half of it is frozen, with links that go again; the rest comes by changes.
        var gone = world.Links.Take(3).Select(l => l with { Source = "gone" }).ToList();
        var store = CompactGraphStore.Build([.. world.Links.Where((_, i) => i % 2 == 0), .. gone], [], SmallWorld.Noon);
        store.Apply(
        [
            .. world.Links.Where((_, i) => i % 2 == 1).Select(l => new GraphChange.Assert(l)),
            .. gone.Select(l => new GraphChange.Retract(l.Key)),
            .. states.Select(s => new GraphChange.SetState(s.Key, s.Value)),
        ]);
        return store.Current;
    }

    /// <summary>Everything, or one or two of the things that are reached, with or without one that may not be.</summary>
    private static List<AccessTarget> TargetsOf(SmallWorld world, NodeId start, int seed) =>
    [
        .. new PlainGraph(world.Links, world.StateOf).AccessOf(start, SmallWorld.Noon, QueryLimits.Default, default).Value
            .Select(c => c.Target).Take(seed % 3),
        .. world.Links.Select(AccessTarget.Of).OfType<AccessTarget>().Take(seed % 4 / 3),
    ];

    private static SmallWorld Wide(int seed)
    {
        var random = new Random(seed);
        var worlds = Enumerable.Range(0, 6).Select(i => SmallWorld.Random((seed * 6) + i)).ToList();
        var nodes = worlds.SelectMany(w => w.Nodes).Distinct().ToList();
        return new([.. worlds.SelectMany(w => w.Links).DistinctBy(l => l.Key).OrderBy(_ => random.Next())],
            worlds[0].States.Where(s => nodes.Contains(s.Key)).ToDictionary());
    }

    private static long? CostOf(Link link) => link.Kind is LinkKind.Contains || link.Source == "other" ? null : 1 + (link.Key.ToString().Length % 5);

    private static bool Reaches(IEnumerable<Link> links, SmallWorld world, NodeId start, List<AccessTarget> targets) =>
        new PlainGraph(links, world.StateOf).AccessOf(start, SmallWorld.Noon, QueryLimits.Default, default).Value
            .Any(c => targets.Count == 0 || targets.Contains(c.Target));

    private static long? BestOfAll(SmallWorld world, NodeId start, List<AccessTarget> targets)
    {
        long? best = null;
        for (var set = 0; set < 1 << world.Links.Count; set++)
        {
            var chosen = world.Links.Where((_, i) => (set >> i & 1) == 1).ToList();
            if (chosen.Any(l => CostOf(l) is null) || chosen.Sum(l => CostOf(l)!.Value) is var cost && cost >= (best ?? long.MaxValue))
            {
                continue;
            }

            best = Reaches(world.Links.Except(chosen), world, start, targets) ? best : cost;
        }

        return best;
    }
}
