namespace Lockstep.Graph;

/// <summary>
/// The first chains in <see cref="LinkOrder"/> that leave no node twice, by Yen's method: each further chain leaves a known one at
/// some node (its spur) by a link that no known chain with the same beginning takes.
/// </summary>
internal sealed class PlainChains(
    Func<NodeId, IReadOnlyList<Link>> linksFrom,
    Func<Link, bool> flows,
    AccessTarget target,
    DateTimeOffset at,
    QueryLimits limits,
    CancellationToken cancellationToken)
{
    private readonly List<Chain> _found = [];
    private readonly SortedSet<Chain> _candidates = new(LinkOrder.Instance);
    private string? _limit;

    internal Answer<IReadOnlyList<Chain>> Find(NodeId start, int count)
    {
        AddCandidate(start, [], []);
        while (_found.Count < count && _candidates.Min is { } next)
        {
            _candidates.Remove(next);
            _found.Add(next);
            for (var spur = 0; _found.Count < count && spur < next.Links.Count; spur++)
            {
                var root = next.Links.Take(spur).ToList();
                AddCandidate(next.Links[spur].From, root, TakenAfter(root));
            }
        }

        return _limit is null
            ? new Answer<IReadOnlyList<Chain>>.Complete(_found, at)
            : new Answer<IReadOnlyList<Chain>>.Truncated(_found, at, _limit);
    }

    /// <summary>Lists the links by which the chains found so far go on after the same beginning.</summary>
    private HashSet<LinkKey> TakenAfter(List<Link> root) =>
        [.. _found.Where(c => c.Links.Count > root.Count && c.Links.Take(root.Count).SequenceEqual(root)).Select(
            c => c.Links[root.Count].Key)];

    private void AddCandidate(NodeId spur, List<Link> root, HashSet<LinkKey> taken)
    {
        var left = root.Select(l => l.From).ToHashSet();
        var rest = limits with { DepthMax = limits.DepthMax - root.Count };
        var walk = new PlainWalk(spur, linksFrom, CanFollow, at, rest, cancellationToken);
        while (!walk.Targets.ContainsKey(target) && walk.Next() is not null)
        {
        }

        _limit ??= walk.Limit;
        if (walk.Targets.TryGetValue(target, out var tail))
        {
            _candidates.Add(new Chain([.. root, .. tail.Links]));
        }

        bool CanFollow(Link link) =>
            flows(link)
            && (AccessTarget.Of(link) == target || !left.Contains(link.To))
            && !(link.From == spur && taken.Contains(link.Key));
    }
}
