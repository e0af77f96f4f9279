using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

/// <summary>The same answers from a snapshot of half of the links, with the rest applied after it as a ledger's tail.</summary>
public sealed class CompactGraphFromSnapshotTests : AccessGraphContract
{
    protected override bool GivesTheFirstInOrder => false;

    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf)
    {
        var all = links.ToList();
        var ids = all.SelectMany(l => new[] { l.From, l.To }).Distinct().ToList();
        var before = SmallWorld.Noon - TimeSpan.FromDays(3);
        var written = CompactGraphStore.Build(all.Take(all.Count / 2), ids.Take(ids.Count / 2).Select(id => (id, stateOf(id))), before);
        var loaded = GraphSnapshots.Loaded(GraphSnapshots.Written(written, through: 7, before), SmallWorld.Noon);
        Assert.Equal(7, loaded.Through);
        loaded.Store.Apply(
            [.. all.Skip(all.Count / 2).Select(l => new GraphChange.Assert(l)),
            .. ids.Skip(ids.Count / 2).Select(id => new GraphChange.SetState(id, stateOf(id)))]);
        return loaded.Store.Current;
    }
}

public sealed class GraphSnapshotTests
{
    private static readonly NodeId Ada = NodeId.Parse("iam/identity/ada");
    private static readonly NodeId Account = NodeId.Parse("pg/account/ada");
    private static readonly NodeId Table = NodeId.Parse("pg/resource/payments");

    [Fact]
    public void What_was_changed_after_the_freeze_is_in_the_snapshot()
    {
        var store = CompactGraphStore.Build([Represents], [], SmallWorld.Noon);
        store.Apply([new GraphChange.Assert(Permits), new GraphChange.SetState(Ada, NodeState.Ended)]);

        var loaded = GraphSnapshots.Loaded(GraphSnapshots.Written(store, 3, SmallWorld.Noon), SmallWorld.Noon);

        Assert.Equal([Represents], loaded.Store.Current.LinksFrom(Ada));
        Assert.Equal([Permits], loaded.Store.Current.LinksFrom(Account));
        Assert.Single(loaded.Store.Current.Sweep(SmallWorld.Noon, QueryLimits.Default, TestContext.Current.CancellationToken).Value);
        Assert.Single(loaded.Store.Current.AccessOf(Ada, SmallWorld.Noon, QueryLimits.Default, TestContext.Current.CancellationToken).Value);
    }

    [Fact]
    public void Every_damaged_byte_is_found()
    {
        var bytes = Small();
        for (var at = 0; at < bytes.Length; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            Assert.IsType<SnapshotAnswer.Damaged>(GraphSnapshots.Read(damaged, SmallWorld.Noon));
        }
    }

    [Fact]
    public void Every_missing_or_added_end_is_found()
    {
        var bytes = Small();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsType<SnapshotAnswer.Damaged>(GraphSnapshots.Read(bytes[..length], SmallWorld.Noon));
        }

        Assert.IsType<SnapshotAnswer.Damaged>(GraphSnapshots.Read([.. bytes, 0], SmallWorld.Noon));
    }

    [Fact]
    public void Lengths_are_held_to_the_streams_before_memory_is_taken()
    {
        foreach (var number in Enumerable.Range(4, 9))
        {
            foreach (var value in (long[])[-1, 1 << 29, uint.MaxValue, long.MaxValue / 8])
            {
                var bytes = Small();
                BitConverter.TryWriteBytes(bytes.AsSpan(number * 8), value);
                var sum = new SectionSum();
                sum.Add(bytes.AsSpan(0, SnapshotHeader.NumberCount * 8));
                BitConverter.TryWriteBytes(bytes.AsSpan(SnapshotHeader.NumberCount * 8), sum.Value);
                var answer = Assert.IsType<SnapshotAnswer.Damaged>(GraphSnapshots.Read(bytes, SmallWorld.Noon));
                Assert.Contains("lengths", answer.Problem, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Links_that_lead_outside_are_refused_though_the_checksum_matches()
    {
        var (from, word) = ((SnapshotHeader.NumberCount * 8) + 8, 4);
        var outStart = 4 * word;
        var outTo = from + outStart + 8;
        var bytes = Small();
        BitConverter.TryWriteBytes(bytes.AsSpan(outTo), 1_000_000u);
        var sum = new SectionSum();
        sum.Add(bytes.AsSpan(outTo, 2 * word));
        BitConverter.TryWriteBytes(bytes.AsSpan(outTo + (2 * word)), sum.Value);

        var answer = Assert.IsType<SnapshotAnswer.Damaged>(GraphSnapshots.Read(bytes, SmallWorld.Noon));
        Assert.DoesNotContain("checksum", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_format_is_named()
    {
        var bytes = Small();
        bytes[8] = 3;
        var sum = new SectionSum();
        sum.Add(bytes.AsSpan(0, SnapshotHeader.NumberCount * 8));
        BitConverter.TryWriteBytes(bytes.AsSpan(SnapshotHeader.NumberCount * 8), sum.Value);

        Assert.Equal(new SnapshotAnswer.OtherFormat(3), GraphSnapshots.Read(bytes, SmallWorld.Noon));
    }

    [Fact]
    public void Of_two_links_with_the_same_key_the_later_stays_in_a_build()
    {
        var sooner = Represents with { Validity = new(null, SmallWorld.Noon), Evidence = "said first" };
        var elsewhere = Represents with { Source = "other" };

        var graph = CompactGraphStore.Build([sooner, Permits, elsewhere, Represents, Permits], [], SmallWorld.Noon).Current;
        var reversed = CompactGraphStore.Build([Represents, Permits, elsewhere, sooner, Permits], [], SmallWorld.Noon).Current;

        Assert.Equal(3, graph.LinkCount);
        Assert.Equivalent(new[] { Represents, elsewhere }, graph.LinksFrom(Ada), strict: true);
        Assert.Equivalent(new[] { sooner, elsewhere }, reversed.LinksFrom(Ada), strict: true);
    }

    private static Link Represents => Link(Ada, LinkKind.Represents, Account, null);

    private static Link Permits => Link(Account, LinkKind.Permits, Table, "SELECT") with { Validity = new(null, SmallWorld.Noon.AddDays(1)) };

    private static byte[] Small() =>
        GraphSnapshots.Written(CompactGraphStore.Build([Represents, Permits], [(Ada, NodeState.Ended)], SmallWorld.Noon), 1, SmallWorld.Noon);

    private static Link Link(NodeId from, LinkKind kind, NodeId to, string? action) => new()
    {
        From = from,
        To = to,
        Kind = kind,
        Action = action,
        Validity = Validity.Always,
        Enforcement = Enforcement.Online,
        Source = "pg",
        Evidence = "row",
    };
}

internal static class GraphSnapshots
{
    public static byte[] Written(CompactGraphStore store, long through, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        GraphSnapshot.Write(store, stream, through, now);
        return stream.ToArray();
    }

    public static SnapshotAnswer Read(byte[] bytes, DateTimeOffset now)
    {
        using var stream = new MemoryStream(bytes);
        return GraphSnapshot.Read(stream, now);
    }

    public static SnapshotAnswer.Loaded Loaded(byte[] bytes, DateTimeOffset now) => Assert.IsType<SnapshotAnswer.Loaded>(Read(bytes, now));
}
