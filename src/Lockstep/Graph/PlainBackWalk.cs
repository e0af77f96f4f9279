namespace Lockstep.Graph;

/// <summary>One breadth-first search against the links.</summary>
internal sealed class PlainBackWalk(
    Func<NodeId, IReadOnlyList<Link>> linksTo,
    Func<Link, bool> flows,
    DateTimeOffset at,
    QueryLimits limits,
    CancellationToken cancellationToken)
{
    private readonly Queue<NodeId> _waiting = new();
    private readonly Dictionary<NodeId, int> _depths = [];
    private string? _limit;

    /// <summary>Gets how many links each node reached is away.</summary>
    internal IReadOnlyDictionary<NodeId, int> Depths => _depths;

    /// <summary>Reaches a node, unless it is reached already or a limit forbids it. Call with depths that do not fall.</summary>
    internal void Reach(NodeId node, int depth)
    {
        if (_depths.ContainsKey(node))
        {
            return;
        }

        if (depth > limits.DepthMax)
        {
            _limit ??= $"no node more than {limits.DepthMax} links away was visited";
        }
        else if (_depths.Count >= limits.NodesMax)
        {
            _limit ??= $"no more than {limits.NodesMax} nodes were visited";
        }
        else
        {
            _depths.Add(node, depth);
            _waiting.Enqueue(node);
        }
    }

    /// <summary>Reaches everything.</summary>
    internal void Run()
    {
        while (_waiting.TryDequeue(out var node))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var link in linksTo(node).Where(flows))
            {
                Reach(link.From, _depths[node] + 1);
            }
        }
    }

    /// <summary>Wraps what was found, honest about limits.</summary>
    internal Answer<T> Answer<T>(T value) =>
        _limit is null ? new Answer<T>.Complete(value, at) : new Answer<T>.Truncated(value, at, _limit);
}
