namespace Lockstep.Graph.Compact;

/// <content>Whether one identity reaches one action, and by which chains.</content>
public sealed partial class CompactGraph
{
    /// <summary>What a link against the links weighs, counted in links along them: its node's own permits are looked up as well.</summary>
    internal const int ReverseWeight = 4;

    /// <inheritdoc/>
    /// <remarks>
    /// Searches from both ends, always the side with less work before it, and stops where they meet. The side of the target goes first,
    /// from the permit to who holds it, so that the other side need not look at access at all: four of five links.
    /// </remarks>
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
            var isForward = !reverseOpen || (forwardOpen && reverse.LevelEnds.Count > 1
                && forward.NextLinks(run, SearchAim.Way) <= reverse.NextLinks(run, SearchAim.Against) * ReverseWeight);
            var (side, other) = isForward ? (forward, reverse) : (reverse, forward);
            var start = side.Count;
            var open = side.Step(run, isForward ? SearchAim.Way : SearchAim.Against, depthElsewhere: other.LevelEnds.Count - 1);
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

    /// <summary>Finds, among what one side just visited, what the other visited nearest to its own start.</summary>
    private static (int Own, int Other)? Nearest(Search side, int start, Search other)
    {
        if (side.Count - start < other.Count && !HasSeenAny(other, side.Queue[start..]))
        {
            return null;
        }

        // What both have seen is new on this side, or they would have met before: the first in the other's order is the nearest to it.
        for (var i = 0; i < other.Count; i++)
        {
            var word = other.Queue[i];
            if ((word & PermitTable.Bit) == 0 && side.HasSeen(word))
            {
                return (side.Queue.IndexOf(word), i);
            }
        }

        return null;
    }

    private static bool HasSeenAny(Search search, ReadOnlySpan<uint> words)
    {
        foreach (var word in words)
        {
            if (search.HasSeen(word))
            {
                return true;
            }
        }

        return false;
    }

    private static List<uint> Join(Search forward, Search reverse, (int Forward, int Reverse) meeting)
    {
        var path = new List<uint>();
        Search.AddPathBack(path, forward.Queue, forward.FirstChild, meeting.Forward);
        path.Reverse();
        path.RemoveAt(path.Count - 1);
        Search.AddPathBack(path, reverse.Queue, reverse.FirstChild, meeting.Reverse);
        return path;
    }
}
