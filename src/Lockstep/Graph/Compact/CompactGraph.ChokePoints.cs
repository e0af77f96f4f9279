namespace Lockstep.Graph.Compact;

/// <content>Where access to a target is narrow.</content>
public sealed partial class CompactGraph
{
    /// <summary>Finds choke points, as <see cref="ChokePoint.Find"/> promises.</summary>
    internal Answer<IReadOnlyList<ChokePoint>> ChokePoints(
        AccessTarget target, int count, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (FindPermit(target) is not { } permit)
        {
            return new Answer<IReadOnlyList<ChokePoint>>.Complete([], at);
        }

        var rows = new FlowRows(new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken));
        using var reaching = new CutSide(rows, forward: false, withLeaves: true, within: null, without: null);
        reaching.Start(permit);
        while (reaching.IsOpen)
        {
            reaching.Step();
        }

        if (reaching.Limit is { } limit)
        {
            return new Answer<IReadOnlyList<ChokePoint>>.Truncated([], at, limit);
        }

        var words = reaching.Queue.ToArray();
        var ways = words.Select(word => (word & PermitTable.Bit) != 0 ? [] : WaysOf(rows, reaching, word)).ToArray();
        var points = new NarrowWays(ways, n => (words[n] & PermitTable.Bit) == 0 && _frame.Nodes.IsIdentity((int)words[n])).Find(count)
            .Select(n => new ChokePoint([.. LinksBetween(rows, reaching, words[n.From], n.To)], n.Count));
        return new Answer<IReadOnlyList<ChokePoint>>.Complete([.. points], at);
    }

    private int[] WaysOf(FlowRows rows, CutSide reaching, uint node)
    {
        var ways = new List<int>();
        foreach (var to in rows.Out(node))
        {
            if ((to & CompactLinks.Idle) != 0)
            {
                break;
            }

            // A way more than once changes nothing but time, and twins lie side by side.
            var number = NumberOf(rows, reaching, to);
            if (number >= 0 && (ways.Count == 0 || ways[^1] != number))
            {
                ways.Add(number);
            }
        }

        return [.. ways];
    }

    /// <summary>Gives the number of what a link leads to: the target's 0, a node's, or -1. Who may do anything on a node reaches it.</summary>
    private int NumberOf(FlowRows rows, CutSide reaching, uint word)
    {
        var isElse = (word & PermitTable.Bit) != 0 && word != reaching.Queue[0];
        return reaching.Places[rows.PlaceOf(isElse ? (uint)_frame.Permits.Resource((int)(word & ~PermitTable.Bit)) : word)] - 1;
    }

    private IEnumerable<Link> LinksBetween(FlowRows rows, CutSide reaching, uint from, int to)
    {
        var links = new List<PlacedLink>();
        rows.AddLinks(from, links);
        return links.Where(l => NumberOf(rows, reaching, l.To) == to).Select(rows.Write);
    }
}
