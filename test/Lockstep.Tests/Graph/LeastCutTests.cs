using Lockstep.Graph;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class LeastCutTests
{
    /// <summary>
    /// Goal: the cut is the cheapest there is, and it cuts. Method: on small random estates try every set of links in order of cost,
    /// and ask the plain engine again without what the cut names.
    /// </summary>
    [Fact]
    public void The_least_cut_is_as_cheap_as_the_best_of_all_sets()
    {
        var cuts = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var world = SmallWorld.Random(seed);
            var links = world.Links.Take(12).ToList();
            var graph = new PlainGraph(links, world.StateOf);
            foreach (var start in links.Select(l => l.From).Distinct().Take(3))
            {
                var found = LeastCut.Find(graph, start, [], CostOf, SmallWorld.Noon, QueryLimits.Default, default).Value;
                var best = BestOfAll(links, world, start);

                Assert.Equal(best, found?.Cost);
                Assert.True(found is null
                    || !ReachesAnything(links.Except(found.Links), world, start), $"seed {seed}: the cut does not cut");
                cuts += found?.Links.Count > 0 ? 1 : 0;
            }
        }

        Assert.True(cuts > 200, $"only {cuts} cuts: this test shows nothing");
    }

    private static long? CostOf(Link link) => link.Kind is LinkKind.Contains ? null : 1 + (link.Key.ToString().Length % 5);

    private static bool ReachesAnything(IEnumerable<Link> links, SmallWorld world, NodeId start) =>
        new PlainGraph(links, world.StateOf).AccessOf(start, SmallWorld.Noon, QueryLimits.Default, default).Value.Count > 0;

    private static long? BestOfAll(List<Link> links, SmallWorld world, NodeId start)
    {
        long? best = null;
        for (var set = 0; set < 1 << links.Count; set++)
        {
            var chosen = links.Where((_, i) => (set >> i & 1) == 1).ToList();
            if (chosen.Any(l => CostOf(l) is null) || chosen.Sum(l => CostOf(l)!.Value) is var cost && cost >= (best ?? long.MaxValue))
            {
                continue;
            }

            best = ReachesAnything(links.Except(chosen), world, start) ? best : cost;
        }

        return best;
    }
}
