using Lockstep.Graph;
using Lockstep.Graph.Compact;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class GraphInterleavingTests
{
    /// <summary>
    /// Goal: a reader's picture stays whole and as it was, whatever the writer does afterwards. Method: a seeded scheduler takes turns
    /// between a writer (changes in batches, passing time, new freezes) and readers who ask pictures of any age; the plain engine over
    /// the links of that age is the oracle.
    /// </summary>
    [Fact]
    public void A_picture_answers_as_of_when_it_was_taken_whatever_is_written_later()
    {
        var (asked, old) = (0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var world = SmallWorld.Random(seed);
            var random = new Random(seed);
            var writer = new Writer(world, random);
            var pictures = new List<(CompactGraph Graph, PlainGraph Oracle)> { writer.Picture() };
            for (var turn = 0; turn < 25; turn++)
            {
                if (random.Next(2) == 0)
                {
                    writer.Act();
                    pictures.Add(writer.Picture());
                    continue;
                }

                var age = random.Next(pictures.Count);
                foreach (var node in world.Nodes)
                {
                    AssertSame(pictures[age], node, $"seed {seed}, turn {turn}, picture {age} of {pictures.Count}");
                }

                (asked, old) = (asked + 1, old + (age < pictures.Count - 1 ? 1 : 0));
            }
        }

        Assert.True(asked > 1000 && old > 500, $"too little was asked: {asked}, of old pictures {old}");
    }

    private static void AssertSame((CompactGraph Graph, PlainGraph Oracle) picture, NodeId node, string where)
    {
        var same = picture.Graph.LinksFrom(node).ToHashSet().SetEquals(picture.Oracle.LinksFrom(node));
        Assert.True(same, $"{where}: links from {node} differ");
        Assert.True(Targets(picture.Graph, node).SetEquals(Targets(picture.Oracle, node)), $"{where}: access of {node} differs");
    }

    private static HashSet<AccessTarget> Targets(IAccessGraph graph, NodeId node) =>
        [.. graph.AccessOf(node, SmallWorld.Noon, QueryLimits.Default, CancellationToken.None).Value.Select(c => c.Target)];

    private sealed class Writer(SmallWorld world, Random random)
    {
        private readonly CompactGraphStore _store = CompactGraphStore.Build([], [], SmallWorld.Noon);
        private readonly Dictionary<LinkKey, Link> _links = [];
        private readonly Dictionary<NodeId, NodeState> _states = [];

        public (CompactGraph Graph, PlainGraph Oracle) Picture()
        {
            var states = _states.ToDictionary();
            return (_store.Current, new PlainGraph([.. _links.Values], id => states.GetValueOrDefault(id)));
        }

        public void Act()
        {
            switch (random.Next(8))
            {
                case 0:
                    _store.Compact(SmallWorld.Noon);
                    break;
                case 1:
                    _store.AdvanceTo(SmallWorld.Noon.AddMinutes(random.Next(5)));
                    break;
                default:
                    _store.Apply([.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Change())]);
                    break;
            }
        }

        private GraphChange Change()
        {
            var link = world.Links[random.Next(world.Links.Count)];
            switch (random.Next(5))
            {
                case 0:
                    _states[link.To] = (NodeState)random.Next(3);
                    return new GraphChange.SetState(link.To, _states[link.To]);
                case 1:
                    _links.Remove(link.Key);
                    return new GraphChange.Retract(link.Key);
                default:
                    _links[link.Key] = link;
                    return new GraphChange.Assert(link);
            }
        }
    }
}
