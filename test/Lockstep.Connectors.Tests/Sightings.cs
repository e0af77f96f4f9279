using Lockstep.Graph;

namespace Lockstep.Connectors.Tests;

/// <summary>Everything that one observation said.</summary>
internal sealed class Sightings
{
    public Dictionary<NodeId, Node> Nodes { get; } = [];

    public List<Link> Links { get; } = [];

    public List<Observation.NotCovered> Gaps { get; } = [];

    public Observation.Complete? End { get; private set; }

    public static async Task<Sightings> OfAsync(IObserveAccess connector, string? cursor = null)
    {
        var seen = new Sightings();
        await foreach (var observation in connector.ObserveAsync(cursor, CancellationToken.None))
        {
            switch (observation)
            {
                case Observation.Seen { Fact: Fact.OfNode node }:
                    seen.Nodes[node.Node.Id] = node.Node;
                    break;
                case Observation.Seen { Fact: Fact.OfLink link }:
                    seen.Links.Add(link.Link);
                    break;
                case Observation.NotCovered gap:
                    seen.Gaps.Add(gap);
                    break;
                case Observation.Complete end:
                    seen.End = end;
                    break;
            }
        }

        return seen;
    }

    public Link? Find(NodeId from, LinkKind kind, NodeId to, string? action = null) =>
        Links.SingleOrDefault(l => l.From == from && l.Kind == kind && l.To == to && (action is null || l.Action == action));
}
