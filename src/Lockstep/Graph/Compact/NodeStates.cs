using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>The state of each node, in versions. Almost all nodes are active, so only the others are kept.</summary>
/// <threadsafety>One writer, any number of readers.</threadsafety>
internal sealed class NodeStates
{
    private readonly ConcurrentDictionary<uint, Change> _latest = new();

    public NodeState At(uint node, long version)
    {
        if (_latest.IsEmpty || !_latest.TryGetValue(node, out var change))
        {
            return NodeState.Active;
        }

        for (var current = change; current is not null; current = current.Before)
        {
            if (current.Version <= version)
            {
                return current.State;
            }
        }

        return NodeState.Active;
    }

    public void Set(uint node, NodeState state, long version) =>
        _latest[node] = new Change(state, version, _latest.GetValueOrDefault(node));

    /// <summary>Lists the nodes that are not active, in no order.</summary>
    public IEnumerable<(uint Node, NodeState State)> NotActive(long version)
    {
        foreach (var (node, _) in _latest)
        {
            if (At(node, version) is not NodeState.Active and var state)
            {
                yield return (node, state);
            }
        }
    }

    private sealed record Change(NodeState State, long Version, Change? Before);
}
