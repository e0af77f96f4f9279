namespace Lockstep.Graph;

/// <summary>What a node is in: the accounts that represent it, their groups and roles, nested, and what is elevated to now.</summary>
/// <param name="Above">Every such node once, without the node itself, nearest first.</param>
/// <param name="Holds">For which instants, around the one asked about, this is the answer.</param>
/// <param name="IsComplete">False if more was reached than <see cref="NodesMax"/>.</param>
public sealed record Membership(IReadOnlyList<NodeId> Above, Validity Holds, bool IsComplete)
{
    /// <summary>The most nodes that one answer names.</summary>
    public const int NodesMax = 100_000;

    /// <summary>
    /// Says whether being at the start of a link makes one a member of its end: <see cref="LinkKind.Represents"/>,
    /// <see cref="LinkKind.MemberOf"/>, <see cref="LinkKind.Assumes"/>, <see cref="LinkKind.Elevates"/>, and
    /// <see cref="LinkKind.Holds"/> of an elevation. What a credential or secret opens is reached, which is not membership.
    /// </summary>
    public static bool IsMadeBy(LinkKind kind, string kindOfTo) =>
        kind is LinkKind.Represents or LinkKind.MemberOf or LinkKind.Assumes or LinkKind.Elevates
        || (kind == LinkKind.Holds && kindOfTo == NodeKinds.Elevation);

    /// <summary>Walks any graph, link by link. O(links of what is visited).</summary>
    internal static Membership Walk(IAccessGraph graph, NodeId start, DateTimeOffset at)
    {
        var seen = new HashSet<NodeId> { start };
        var above = new List<NodeId>();
        var window = new InstantWindow(at.UtcTicks);
        for (var next = 0; next <= above.Count && above.Count <= NodesMax; next++)
        {
            foreach (var link in graph.LinksFrom(next == 0 ? start : above[next - 1]).Where(l => IsMadeBy(l.Kind, l.To.Kind)))
            {
                window.Narrow(Compact.Ticks.From(link.Validity), Compact.Ticks.Until(link.Validity));
                if (graph.Flows(link, at) && seen.Add(link.To))
                {
                    above.Add(link.To);
                }
            }
        }

        return new(above, window.ToValidity(), above.Count <= NodesMax);
    }
}

/// <summary>The longest time around an instant in which no link begins or ends.</summary>
internal struct InstantWindow(long at)
{
    private long _from = long.MinValue;
    private long _until = long.MaxValue;

    /// <summary>Takes a link's first tick, and its first tick after, into account.</summary>
    public void Narrow(long from, long until)
    {
        Narrow(from);
        Narrow(until);
    }

    public readonly Validity ToValidity() => new(
        _from == long.MinValue ? null : new DateTimeOffset(_from, TimeSpan.Zero),
        _until == long.MaxValue ? null : new DateTimeOffset(_until, TimeSpan.Zero));

    private void Narrow(long edge)
    {
        if (edge <= at)
        {
            _from = Math.Max(_from, edge);
        }
        else
        {
            _until = Math.Min(_until, edge);
        }
    }
}
