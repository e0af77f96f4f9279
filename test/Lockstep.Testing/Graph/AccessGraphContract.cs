using Lockstep.Graph;
using Xunit;

namespace Lockstep.Testing.Graph;

/// <summary>What every engine of <see cref="IAccessGraph"/> must answer. Derive, build your engine, and run.</summary>
public abstract class AccessGraphContract
{
    private const int RandomWorlds = 1500;

    private static readonly DateTimeOffset Noon = SmallWorld.Noon;

    /// <summary>
    /// Gets a value indicating whether, of several shortest chains, the engine gives the first in <see cref="LinkOrder"/>. One that
    /// does not may give any shortest chain that the oracle knows, in any order.
    /// </summary>
    protected virtual bool GivesTheFirstInOrder => true;

    protected abstract IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf);

    [Fact]
    public void Every_small_estate_is_answered_as_by_trying_everything()
    {
        foreach (var world in SmallWorld.AllOfTwelveLinks())
        {
            AssertAnswersAreRight(world);
        }
    }

    [Fact]
    public void Random_estates_are_answered_as_by_trying_everything()
    {
        for (var seed = 0; seed < RandomWorlds; seed++)
        {
            AssertAnswersAreRight(SmallWorld.Random(seed));
        }
    }

    [Fact]
    public void A_random_estate_contains_what_the_rules_are_about()
    {
        var worlds = Enumerable.Range(0, RandomWorlds).Select(SmallWorld.Random).ToList();
        var chains = worlds.SelectMany(w => w.Nodes.SelectMany(n => new ChainOracle(w, Noon).AllChains(n))).ToList();

        Assert.Contains(chains, c => c.Links.Count >= 4);
        Assert.Contains(chains, c => c.Links.Any(l => l.Kind == LinkKind.AuthenticatesAs && l.Enforcement.Mode == EnforcementMode.Cached));
        Assert.Contains(chains, c => c.Links.SkipLast(1).Any(l => l.From == c.Target.Resource));
        Assert.Contains(worlds, w => w.Links.Any(l => l.Validity.Until == Noon) && w.Links.Any(l => l.Validity.From == Noon));
    }

    [Fact]
    public void Membership_is_real_now_and_for_as_long_as_it_says()
    {
        var (ended, found) = (0, 0);
        for (var seed = 0; seed < RandomWorlds; seed++)
        {
            var world = SmallWorld.Random(seed);
            var graph = Build(world.Links, world.StateOf);
            foreach (var node in world.Nodes)
            {
                var membership = graph.MembershipOf(node, Noon);
                foreach (var at in Enumerable.Range(-3, 7).Select(hours => Noon.AddHours(hours)).Where(membership.Holds.HoldsAt))
                {
                    Assert.Equal(new ChainOracle(world, at).Above(node).Order(), membership.Above.Order());
                    Assert.Equal(membership.Above.Order(), graph.MembershipOf(node, at).Above.Order());
                }

                Assert.True(membership.IsComplete && membership.Holds.HoldsAt(Noon));
                ended += membership.Holds == Validity.Always ? 0 : 1;
                found += membership.Above.Count;
                Assert.True(graph.Names(node));
                foreach (var kind in Enum.GetValues<LinkKind>())
                {
                    Assert.Equal(
                        world.Links.Where(l => l.To == node && l.Kind == kind).Select(l => l.Key.ToString()).Order(StringComparer.Ordinal),
                        graph.LinksTo(node, kind).Select(l => l.Key.ToString()).Order(StringComparer.Ordinal));
                }
            }
        }

        Assert.False(Build([], _ => NodeState.Active).Names(SmallWorld.Id(NodeKinds.Account, 1)));
        Assert.True(ended > 100 && found > 1000, $"the worlds hold too little: {ended} that end, {found} memberships");
    }

    [Fact]
    public void The_order_in_which_links_are_given_does_not_matter()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = SmallWorld.Random(seed);
            var (one, other) = (Build(world.Links, world.StateOf), Build(world.Links.Reverse(), world.StateOf));
            foreach (var node in world.Nodes)
            {
                Assert.Equal(Written(one.AccessOf(node, Noon, QueryLimits.Default, default)),
                    Written(other.AccessOf(node, Noon, QueryLimits.Default, default)));
            }
        }
    }

    [Fact]
    public void A_limit_makes_the_answer_truncated_and_what_it_holds_true()
    {
        var cut = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var world = SmallWorld.Random(seed);
            var graph = Build(world.Links, world.StateOf);
            foreach (var limits in new[] { new QueryLimits(2, 64), new QueryLimits(1000, 1), new QueryLimits(1000, 2),
                new QueryLimits(4, 3) })
            {
                cut += world.Nodes.Count(node => AssertTrueWithin(world, graph, node, limits));
            }
        }

        Assert.True(cut > 100, "the limits were never reached: this test shows nothing");
    }

    [Fact]
    public void A_chain_that_is_too_long_is_unknown_and_not_disproven()
    {
        var (a, b, c) = (SmallWorld.Id(NodeKinds.Account, 1), SmallWorld.Id(NodeKinds.Role, 1), SmallWorld.Id(NodeKinds.Resource, 1));
        var graph = Build([SmallWorld.Link(a, LinkKind.Assumes, b), SmallWorld.Link(b, LinkKind.Permits, c, "SELECT")], _ =>
            NodeState.Active);

        Assert.IsType<Answer<Chain?>.Truncated>(graph.Check(a, new(c, "SELECT"), Noon, new(10, 1), default));
        Assert.NotNull(graph.Check(a, new(c, "SELECT"), Noon, new(10, 2), default).Value);
        Assert.IsType<Answer<Chain?>.Complete>(graph.Check(a, new(c, "UPDATE"), Noon, new(10, 2), default));
    }

    [Fact]
    public void Links_are_listed_whatever_their_kind_and_validity()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var world = SmallWorld.Random(seed);
            var graph = Build(world.Links, world.StateOf);
            foreach (var node in world.Nodes)
            {
                Assert.Equal(world.Links.Where(l => l.From == node).ToHashSet(), graph.LinksFrom(node).ToHashSet());
                Assert.Equal(world.Links.Where(l => l.To == node).ToHashSet(), graph.LinksTo(node).ToHashSet());
            }

            Assert.Empty(graph.LinksFrom(NodeId.Of("nowhere", NodeKinds.Account, "x")));
        }
    }

    [Fact]
    public void A_question_can_be_cancelled()
    {
        var world = SmallWorld.Random(1);
        var graph = Build(world.Links, world.StateOf);

        Assert.ThrowsAny<OperationCanceledException>(
            () => graph.AccessOf(world.Nodes[0], Noon, QueryLimits.Default, new CancellationToken(canceled: true)));
    }

    private static string Keys(Chain? chain) => chain is null ? "none" : string.Join(" | ", chain.Links.Select(l => l.Key));

    private string Written(Answer<IReadOnlyList<Chain>> answer) => string.Join('\n', Sorted(answer.Value).Select(Written));

    private string Written(Chain? chain) =>
        GivesTheFirstInOrder || chain is null ? Keys(chain) : $"{chain.Start} {chain.Target} in {chain.Links.Count}";

    private IEnumerable<Chain> Sorted(IReadOnlyList<Chain> chains) => GivesTheFirstInOrder
        ? chains
        : chains.OrderBy(c => c.Target.Resource).ThenBy(c => c.Target.Action, StringComparer.Ordinal).ThenBy(c => c.Start);

    private IEnumerable<Arrival> Sorted(IReadOnlyList<Arrival> arrivals) =>
        GivesTheFirstInOrder ? arrivals : arrivals.OrderBy(a => a.Depth).ThenBy(a => a.Node);

    private static T Whole<T>(Answer<T> answer)
    {
        Assert.IsType<Answer<T>.Complete>(answer);
        Assert.Equal(Noon, answer.AsOf);
        return answer.Value;
    }

    private bool AssertTrueWithin(SmallWorld world, IAccessGraph graph, NodeId start, QueryLimits limits)
    {
        var all = new ChainOracle(world, Noon).AllChains(start);
        var known = all.Select(Keys).ToHashSet();
        var answer = graph.AccessOf(start, Noon, limits, default);

        Assert.All(answer.Value, c => Assert.Contains(Keys(c), known));
        Assert.All(answer.Value, c => Assert.True(c.Links.Count <= limits.DepthMax));
        Assert.True(answer is Answer<IReadOnlyList<Chain>>.Truncated || answer.Value.Count == all.DistinctBy(c => c.Target).Count());
        return answer is Answer<IReadOnlyList<Chain>>.Truncated;
    }

    private void AssertAnswersAreRight(SmallWorld world)
    {
        var graph = Build(world.Links, world.StateOf);
        var oracle = new ChainOracle(world, Noon);
        var chainsOf = world.Nodes.ToDictionary(n => n, oracle.AllChains);
        var depthsOf = world.Nodes.ToDictionary(n => n, oracle.Depths);
        foreach (var start in world.Nodes)
        {
            AssertAccessIsRight(graph, start, chainsOf[start]);
            Assert.Equal(
                depthsOf[start].Where(d => d.Key != start).Select(d => new Arrival(d.Key, d.Value)).OrderBy(a => a.Depth).ThenBy(
                    a => a.Node),
                Sorted(Whole(graph.BlastRadius(start, Noon, QueryLimits.Default, default))));
            Assert.Equal(
                depthsOf.Where(d => d.Key != start && d.Value.ContainsKey(start)).Select(d => new Arrival(d.Key, d.Value[start]))
                    .OrderBy(a => a.Depth).ThenBy(a => a.Node),
                Sorted(Whole(graph.Exposure(start, Noon, QueryLimits.Default, default))));
        }

        foreach (var target in world.Links.Select(AccessTarget.Of).OfType<AccessTarget>().Distinct())
        {
            var right = world.Nodes.Where(n => n.Kind == NodeKinds.Identity).Order()
                .Select(n => chainsOf[n].FirstOrDefault(c => c.Target == target)).OfType<Chain>();
            Assert.Equal(right.Select(Written), Sorted(Whole(graph.WhoCan(target, Noon, QueryLimits.Default, default))).Select(Written));
        }
    }

    private void AssertAccessIsRight(IAccessGraph graph, NodeId start, IReadOnlyList<Chain> all)
    {
        var firsts = all.DistinctBy(c => c.Target).OrderBy(c => c.Target.Resource).ThenBy(c => c.Target.Action, StringComparer.Ordinal);
        var answer = Whole(graph.AccessOf(start, Noon, QueryLimits.Default, default));
        var known = all.Select(Keys).ToHashSet();
        Assert.Equal(firsts.Select(Written), Sorted(answer).Select(Written));
        Assert.All(answer, c => Assert.Contains(Keys(c), known));
        foreach (var group in all.GroupBy(c => c.Target))
        {
            var found = Whole(graph.Check(start, group.Key, Noon, QueryLimits.Default, default));
            Assert.Equal(Written(group.First()), Written(found));
            Assert.Contains(Keys(found), known);
            foreach (var count in new[] { 1, 3, 100 })
            {
                Assert.Equal(
                    group.Take(count).Select(Written),
                    Whole(graph.Chains(start, group.Key, count, Noon, QueryLimits.Default, default)).Select(Written));
            }
        }

        Assert.Null(Whole(graph.Check(start, new(start, "no such action"), Noon, QueryLimits.Default, default)));
    }
}
