namespace Lockstep.Graph.Compact;

/// <content>Whether one identity reaches one action, and by which chains.</content>
public sealed partial class CompactGraph
{
    /// <inheritdoc/>
    /// <remarks>Searches from both ends, always the side with the smaller frontier, and stops where they meet.</remarks>
    public Answer<Chain?> Check(
        NodeId start, AccessTarget target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (FindNode(start) is not { } from || FindPermit(target) is not { } permit)
        {
            return new Answer<Chain?>.Complete(null, at);
        }

        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        var (forward, reverse) = (Search.Rent(_frame), Search.Rent(_frame));
        try
        {
            forward.Start(from);
            reverse.Start(permit);
            var path = Meet(run, forward, reverse);
            return path is not null
                ? new Answer<Chain?>.Complete(new ChainReader(run).Read(path), at)
                : (forward.LimitReached ?? reverse.LimitReached) is { } limit
                    ? new Answer<Chain?>.Truncated(null, at, limit)
                    : new Answer<Chain?>.Complete(null, at);
        }
        finally
        {
            forward.Return();
            reverse.Return();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Cuts out the part of the graph that lies between the two ends and enumerates there.</remarks>
    public Answer<IReadOnlyList<Chain>> Chains(
        NodeId start, AccessTarget target, int count, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var reached = BlastRadius(start, at, limits, cancellationToken);
        var reaching = Exposure(target.Resource, at, limits, cancellationToken);
        var between = reached.Value.Select(a => a.Node).Append(start).ToHashSet();
        between.IntersectWith([.. reaching.Value.Select(a => a.Node), start, target.Resource]);
        var links = between.SelectMany(LinksFrom).Where(link => between.Contains(link.To)).ToList();
        var answer = new PlainGraph(links, StateOf).Chains(start, target, count, at, limits, cancellationToken);
        var limit = (reached as Answer<IReadOnlyList<Arrival>>.Truncated)?.Limit
            ?? (reaching as Answer<IReadOnlyList<Arrival>>.Truncated)?.Limit;
        return limit is null ? answer : new Answer<IReadOnlyList<Chain>>.Truncated(answer.Value, at, limit);
    }

    /// <inheritdoc/>
    public bool Flows(Link link, DateTimeOffset at) => LinkFlow.Flows(link, StateOf(link.To), at);

    private NodeState StateOf(NodeId id) => FindNode(id) is { } node ? _frame.States.At(node, _version) : NodeState.Active;

    private static List<uint>? Meet(in SearchRun run, Search forward, Search reverse)
    {
        var (forwardOpen, reverseOpen) = (true, true);
        while (forwardOpen || reverseOpen)
        {
            var isForward = reverseOpen ? forwardOpen && Frontier(forward) <= Frontier(reverse) : true;
            var (side, other) = isForward ? (forward, reverse) : (reverse, forward);
            var start = side.Count;
            var open = side.Step(run, isForward, stopAt: null, depthElsewhere: other.LevelEnds.Count - 1);
            (forwardOpen, reverseOpen) = isForward ? (open, reverseOpen) : (forwardOpen, open);
            if (Nearest(side, start, other) is { } meeting)
            {
                return Join(forward, reverse, isForward ? (meeting.Own, meeting.Other) : (meeting.Other, meeting.Own));
            }

            if (!open && side.LimitReached is null)
            {
                // One side is exhausted without a meeting: there is no chain, whatever the other side would still find.
                return null;
            }
        }

        return null;
    }

    private static int Frontier(Search search) =>
        search.LevelEnds[^1] - (search.LevelEnds.Count < 2 ? 0 : search.LevelEnds[^2]);

    /// <summary>Finds, among what one side just visited, what the other visited nearest to its own start.</summary>
    private static (int Own, int Other)? Nearest(Search side, int start, Search other)
    {
        (int Own, int Other)? best = null;
        for (var i = start; i < side.Count; i++)
        {
            if (other.HasSeen(side.Queue[i]))
            {
                var position = other.Queue.IndexOf(side.Queue[i]);
                best = best is { } known && known.Other <= position ? known : (i, position);
            }
        }

        return best;
    }

    private static List<uint> Join(Search forward, Search reverse, (int Forward, int Reverse) meeting)
    {
        var path = new List<uint>();
        for (var i = meeting.Forward; i >= 0; i = forward.Before[i])
        {
            path.Add(forward.Queue[i]);
        }

        path.Reverse();
        for (var i = reverse.Before[meeting.Reverse]; i >= 0; i = reverse.Before[i])
        {
            path.Add(reverse.Queue[i]);
        }

        return path;
    }
}
