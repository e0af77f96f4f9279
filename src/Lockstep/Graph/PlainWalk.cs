namespace Lockstep.Graph;

/// <summary>
/// One breadth-first search along the links, step by step. Links are tried in <see cref="LinkOrder"/>, so the first chain found is the
/// first in order.
/// </summary>
internal sealed class PlainWalk
{
    private readonly Func<NodeId, IReadOnlyList<Link>> _linksFrom;
    private readonly Func<Link, bool> _flows;
    private readonly DateTimeOffset _at;
    private readonly QueryLimits _limits;
    private readonly CancellationToken _cancellationToken;
    private readonly Queue<NodeId> _waiting = new();
    private readonly Dictionary<NodeId, Link?> _arrivedBy = [];
    private readonly Dictionary<NodeId, int> _depths = [];
    private readonly Dictionary<AccessTarget, Chain> _targets = [];

    internal PlainWalk(
        NodeId start,
        Func<NodeId, IReadOnlyList<Link>> linksFrom,
        Func<Link, bool> flows,
        DateTimeOffset at,
        QueryLimits limits,
        CancellationToken cancellationToken)
    {
        (_linksFrom, _flows, _at, _limits, _cancellationToken) = (linksFrom, flows, at, limits, cancellationToken);
        _depths.Add(start, 0);
        _arrivedBy.Add(start, null);
        _waiting.Enqueue(start);
    }

    /// <summary>Gets the depth of every node reached, the start at 0.</summary>
    internal IReadOnlyDictionary<NodeId, int> Depths => _depths;

    /// <summary>Gets the first chain to every target reached.</summary>
    internal IReadOnlyDictionary<AccessTarget, Chain> Targets => _targets;

    /// <summary>Gets which limit kept a link from being followed, in words for people, or <see langword="null"/>.</summary>
    internal string? Limit { get; private set; }

    /// <summary>Follows the links of the next node; <see langword="null"/> when there is none.</summary>
    internal NodeId? Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (!_waiting.TryDequeue(out var node))
        {
            return null;
        }

        foreach (var link in _linksFrom(node).Where(_flows))
        {
            Follow(link, _depths[node]);
        }

        return node;
    }

    /// <summary>Wraps what was found, honest about limits.</summary>
    internal Answer<T> Answer<T>(T value) =>
        Limit is null ? new Answer<T>.Complete(value, _at) : new Answer<T>.Truncated(value, _at, Limit);

    private void Follow(Link link, int depth)
    {
        var isNew = !_depths.ContainsKey(link.To);
        var target = AccessTarget.Of(link);
        if (!isNew && (target is null || _targets.ContainsKey(target)))
        {
            return;
        }

        if (depth >= _limits.DepthMax)
        {
            Limit ??= $"no node more than {_limits.DepthMax} links away was visited";
        }
        else if (isNew && _depths.Count >= _limits.NodesMax)
        {
            Limit ??= $"no more than {_limits.NodesMax} nodes were visited";
        }
        else
        {
            Arrive(link, depth, isNew, target);
        }
    }

    private void Arrive(Link link, int depth, bool isNew, AccessTarget? target)
    {
        if (target is not null)
        {
            _targets.TryAdd(target, new Chain([.. ChainTo(link.From), link]));
        }

        if (isNew)
        {
            _depths.Add(link.To, depth + 1);
            _arrivedBy.Add(link.To, link);
            _waiting.Enqueue(link.To);
        }
    }

    private List<Link> ChainTo(NodeId node)
    {
        var links = new List<Link>();
        for (var link = _arrivedBy[node]; link is not null; link = _arrivedBy[link.From])
        {
            links.Add(link);
        }

        links.Reverse();
        return links;
    }
}
