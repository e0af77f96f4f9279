using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Testing.Contracts;

/// <summary>One observation, read to its end.</summary>
public sealed record Listing(IReadOnlyList<Observation> Elements)
{
    public IReadOnlyList<Fact> Facts => [.. Elements.OfType<Observation.Seen>().Select(s => s.Fact)];

    public IReadOnlyList<LinkKey> Links => [.. Facts.OfType<Fact.OfLink>().Select(f => f.Link.Key)];

    public IReadOnlyList<Node> Nodes => [.. Facts.OfType<Fact.OfNode>().Select(f => f.Node)];

    public IReadOnlyList<FactKey> Gone => [.. Elements.OfType<Observation.Gone>().Select(g => g.Key)];

    public IReadOnlyList<Observation.NotCovered> Gaps => [.. Elements.OfType<Observation.NotCovered>()];

    public Observation.Complete End => (Observation.Complete)Elements[^1];

    public static async Task<Listing> ReadAsync(IConnector connector, string? cursor = null)
    {
        var elements = new List<Observation>();
        await foreach (var element in ((IObserveAccess)connector).ObserveAsync(cursor, CancellationToken.None))
        {
            elements.Add(element);
        }

        return new(elements);
    }
}
