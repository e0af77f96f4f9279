using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

/// <summary>The engine's tables against the framework's, at sizes that small estates do not reach.</summary>
public sealed class CompactTablesTests
{
    [Fact]
    public void An_instant_is_found_for_exactly_the_links_that_have_one()
    {
        var random = new Random(1);
        foreach (var count in (int[])[1, 63, 64, 65, 511, 512, 513, 5000])
        {
            var ticks = Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? random.Next(100) : long.MaxValue).ToArray();
            var builder = new SparseTicksBuilder(count, long.MaxValue);
            for (var link = 0; link < count; link++)
            {
                builder.Add(link, ticks[link]);
            }

            var built = builder.Built();
            Assert.Equal(ticks, Enumerable.Range(0, count).Select(link => built.At((uint)link, long.MaxValue)));
            Assert.Equal(
                Enumerable.Range(0, count).Where(link => ticks[link] is >= 20 and <= 60).Select(link => (uint)link), built.Within(20, 60));
            Assert.Equal(ticks.Count(t => t != long.MaxValue), built.Ticks.Length);
        }
    }

    [Fact]
    public void The_newest_added_link_of_each_key_is_found_while_the_table_grows()
    {
        var (table, known, random) = (new AddedLinks(), new Dictionary<uint, AddedLink>(), new Random(2));
        for (var i = 0; i < 5000; i++)
        {
            var key = (uint)random.Next(3000) | (random.Next(2) == 0 ? PermitTable.Bit : 0);
            var link = new AddedLink
            {
                From = key, To = (uint)i, Meta = 0, ValidFrom = 0, ValidUntil = 0, AddedIn = i,
                NextOfSource = table.Find(key), NextOfTarget = null,
            };
            Assert.Same(known.GetValueOrDefault(key), link.NextOfSource);
            table.Put(key, link);
            known[key] = link;
        }

        Assert.All(known, k => Assert.Same(k.Value, table.Find(k.Key)));
        Assert.Equal(known.Keys.Order(), table.Keys().Order());
        Assert.Null(table.Find(1_000_000));
    }

    [Fact]
    public void Names_are_found_while_their_table_grows_also_long_and_foreign_ones()
    {
        var (table, known) = (new NodeTable(0), new Dictionary<NodeId, int>());
        for (var i = 0; i < 4000; i++)
        {
            var id = NodeId.Of("lab", i % 3 == 0 ? "identity" : "account", i % 7 == 0 ? new string('\u00e9', 1 + (i % 80)) + i : $"n{i}");
            Assert.Equal(-1, table.Find(id));
            known[id] = table.Intern(id);
            Assert.Equal(known[id], table.Intern(id));
        }

        Assert.Equal(Enumerable.Range(0, 4000), known.Values);
        Assert.All(known, k => Assert.Equal((k.Key, k.Value, k.Key.Kind == "identity"), (table.Id(k.Value), table.Find(k.Key), table.IsIdentity(k.Value))));
    }

    [Fact]
    public void A_set_forgets_everything_whether_it_held_little_or_much()
    {
        var set = new BitSet(10_000);
        foreach (var count in (int[])[3, 4000])
        {
            var members = Enumerable.Range(0, count).Select(i => (uint)(i * 2)).ToArray();
            Assert.All(members, m => Assert.Equal(1, set.Add(m)));
            Assert.All(members, m => Assert.Equal(0, set.Add(m)));
            Assert.Equal(members.Select(m => (long)m), set.Members());
            set.Forget(members);
            Assert.Empty(set.Members());
        }
    }

    [Fact]
    public void Permits_that_lead_on_come_before_leaves_and_each_kind_by_resource()
    {
        var (table, random) = (new PermitTable(), new Random(4));
        for (var i = 0; i < 500; i++)
        {
            table.Intern(random.Next(100), $"do{random.Next(4)}");
        }

        var (renumbered, numbers, firstLeaf) = table.Renumbered(resource => resource % 3 == 0);

        Assert.Equal(table.Count, renumbered.Count);
        for (var old = 0; old < table.Count; old++)
        {
            Assert.Equal((table.Resource(old), table.Action(old)), (renumbered.Resource(numbers[old]), renumbered.Action(numbers[old])));
            Assert.Equal(table.Resource(old) % 3 == 0, numbers[old] < firstLeaf);
        }

        var resources = Enumerable.Range(0, table.Count).Select(renumbered.Resource).ToList();
        Assert.Equal(resources.Take(firstLeaf).Order(), resources.Take(firstLeaf));
        Assert.Equal(resources.Skip(firstLeaf).Order(), resources.Skip(firstLeaf));
    }
}
