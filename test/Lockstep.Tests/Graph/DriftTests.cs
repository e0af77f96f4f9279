using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class DriftTests
{
    private static readonly DateTimeOffset[] Instants = [SmallWorld.Noon.AddMinutes(-2), SmallWorld.Noon, SmallWorld.Noon.AddHours(1)];

    /// <summary>
    /// Goal: drift is exactly what differs, in both directions, whether the graph was frozen or changed since. Method: two random estates
    /// that share most of their links; the oracle is the difference of two sets of plain tuples.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Drift_is_the_difference_of_two_sets_in_both_directions(bool byChanges)
    {
        var (missing, extra, equal) = (0, 0, 0);
        for (var seed = 0; seed < 250; seed++)
        {
            var (observed, intended) = Worlds(seed);
            var graph = Build(observed, byChanges, seed);
            var access = IntendedAccess.Build(graph, intake => intended.ToList().ForEach(intake.Add));
            foreach (var at in Instants)
            {
                var drift = Assert.IsType<Answer<Drift>.Complete>(access.DriftOf(graph, at, 1_000, default)).Value;
                var (wanted, there) = (Tuples(intended, at), Tuples(observed.Links, at));

                AssertSame(wanted.Except(there), drift.Missing, $"missing, seed {seed} at {at}");
                AssertSame(there.Except(wanted), drift.Extra, $"extra, seed {seed} at {at}");
                (missing, extra) = (missing + drift.Missing.Count, extra + drift.Extra.Count);
                equal += drift.Missing.Count + drift.Extra.Count == 0 ? 1 : 0;
            }
        }

        Assert.True(missing > 200 && extra > 200 && equal > 8, $"{missing} missing, {extra} extra, {equal} equal: this shows too little");
    }

    /// <summary>Goal: what was intended stays the same where a freeze numbers the permits anew, since a resource now leads on.</summary>
    [Fact]
    public void A_freeze_that_numbers_permits_anew_makes_no_drift()
    {
        var (first, second) = (SmallWorld.Id(NodeKinds.Resource, 1), SmallWorld.Id(NodeKinds.Resource, 2));
        Link[] links =
        [
            SmallWorld.Link(SmallWorld.Id(NodeKinds.Account, 1), LinkKind.Permits, first, "SELECT"),
            SmallWorld.Link(SmallWorld.Id(NodeKinds.Account, 2), LinkKind.Permits, second, "SELECT"),
        ];
        var store = CompactGraphStore.Build(links, [], SmallWorld.Noon);
        var access = IntendedAccess.Build(store.Current, intake => links.ToList().ForEach(intake.Add));
        var onward = SmallWorld.Link(second, LinkKind.MemberOf, SmallWorld.Id(NodeKinds.Group, 3));

        store.Apply([new GraphChange.Assert(onward)]);
        store.Compact(SmallWorld.Noon);

        var drift = access.DriftOf(store.Current, SmallWorld.Noon, 10, default).Value;
        Assert.Empty(drift.Missing);
        Assert.Equal([onward], drift.Extra);
    }

    /// <summary>Goal: a change after the freeze is drift at once, and none when it is taken back.</summary>
    [Fact]
    public void A_change_is_drift_until_it_is_taken_back()
    {
        var world = SmallWorld.Random(11) with { States = new Dictionary<NodeId, NodeState>() };
        var store = CompactGraphStore.Build(world.Links, [], SmallWorld.Noon);
        var access = IntendedAccess.Build(store.Current, intake => world.Links.ToList().ForEach(intake.Add));
        var more = SmallWorld.Link(SmallWorld.Id(NodeKinds.Account, 77), LinkKind.Permits, SmallWorld.Id(NodeKinds.Resource, 78), "DROP");
        var less = world.Links[0];
        Assert.Empty(Of(store).Extra);

        store.Apply([new GraphChange.Assert(more), new GraphChange.Retract(less.Key)]);
        Assert.Equal([more], Of(store).Extra);
        Assert.Equal([less.Key], Of(store).Missing.Select(l => l.Key));

        store.Compact(SmallWorld.Noon);
        Assert.Equal([more], Of(store).Extra);
        Assert.Equal([less.Key], Of(store).Missing.Select(l => l.Key));

        store.Apply([new GraphChange.Retract(more.Key), new GraphChange.Assert(less)]);
        Assert.Empty(Of(store).Extra);
        Assert.Empty(Of(store).Missing);

        Drift Of(CompactGraphStore of) => access.DriftOf(of.Current, SmallWorld.Noon.AddMinutes(-5), 1_000, default).Value;
    }

    [Fact]
    public void More_drift_than_asked_for_is_truncated()
    {
        var links = Enumerable.Range(0, 5).Select(i => SmallWorld.Link(
            SmallWorld.Id(NodeKinds.Account, 1), LinkKind.MemberOf, SmallWorld.Id(NodeKinds.Group, i))).ToList();
        var graph = CompactGraphStore.Build(links, [], SmallWorld.Noon).Current;
        var access = IntendedAccess.Build(graph, _ => { });

        Assert.Equal(4, Assert.IsType<Answer<Drift>.Truncated>(access.DriftOf(graph, SmallWorld.Noon, 4, default)).Value.Extra.Count);
        Assert.IsType<Answer<Drift>.Complete>(access.DriftOf(graph, SmallWorld.Noon, 5, default));
    }

    [Fact]
    public void A_graph_of_another_store_is_refused()
    {
        var graph = CompactGraphStore.Build([], [], SmallWorld.Noon).Current;
        var access = IntendedAccess.Build(graph, _ => { });

        Assert.Throws<ArgumentException>(() => access.DriftOf(CompactGraphStore.Build([], [], SmallWorld.Noon).Current, SmallWorld.Noon, 1, default));
    }

    private static (SmallWorld Observed, List<Link> Intended) Worlds(int seed)
    {
        var observed = SmallWorld.Random(seed);
        var random = new Random(seed);
        if (seed % 8 == 0)
        {
            return (observed, [.. observed.Links.Select(l => l with { Evidence = "intended" })]);
        }

        List<Link> intended =
        [
            .. observed.Links.Where(_ => random.Next(6) > 0).Select(l => random.Next(6) > 0 ? l
                : l with { Validity = new Validity(null, SmallWorld.Noon.AddMinutes(random.Next(-1, 2))) }),
            .. SmallWorld.Random(seed + 10_000).Links.Take(random.Next(3)),
        ];

        // The same link from another source, held otherwise: it counts once.
        intended.AddRange(intended.Take(2).Select(l => l with { Source = "third", Enforcement = Enforcement.Connection }).ToList());
        return (observed, [.. intended.DistinctBy(l => l.Key)]);
    }

    private static CompactGraph Build(SmallWorld world, bool byChanges, int seed)
    {
        var states = world.States.Select(s => (s.Key, s.Value));
        if (!byChanges)
        {
            return CompactGraphStore.Build(world.Links, states, SmallWorld.Noon).Current;
        }

        var gone = SmallWorld.Random(seed + 20_000).Links.Select(l => l with { Source = "gone" }).ToList();
        var store = CompactGraphStore.Build([.. world.Links.Where((_, i) => i % 3 > 0), .. gone], [], SmallWorld.Noon);
        store.Apply([.. gone.Select(l => new GraphChange.Retract(l.Key)), .. world.Links.Where((_, i) => i % 3 == 0).Select(l => new GraphChange.Assert(l)),
            .. states.Select(s => new GraphChange.SetState(s.Key, s.Value))]);
        return store.Current;
    }

    private static HashSet<(NodeId, LinkKind, NodeId, string?, Validity)> Tuples(IEnumerable<Link> links, DateTimeOffset at) =>
        [.. links.Where(l => l.Validity.Until is not { } until || until > at).Select(l => (l.From, l.Kind, l.To, l.Action, l.Validity))];

    private static void AssertSame(
        IEnumerable<(NodeId, LinkKind, NodeId, string?, Validity)> expected, IReadOnlyList<Link> found, string where)
    {
        var said = found.Select(l => (l.From, l.Kind, l.To, l.Action, l.Validity)).ToList();
        Assert.True(said.Count == said.Distinct().Count(), $"{where}: something is said twice");
        Assert.True(expected.ToHashSet().SetEquals(said), $"{where}: {string.Join("; ", said)}");
    }
}
