using System.Collections.Concurrent;
using Lockstep.Cedar.Values;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>
/// Names nodes as policies do, with one instance for each: groups are named again and again. Kept from version to version.
/// </summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class NodeNames
{
    // About 200 bytes each; beyond this what was kept is forgotten.
    private const int KeptMax = 500_000;
    private readonly ConcurrentDictionary<NodeId, EntityUid> _kept = new();
    private int _count;

    /// <summary>Names a node.</summary>
    public EntityUid Of(NodeId id)
    {
        if (_kept.TryGetValue(id, out var name))
        {
            return name;
        }

        name = EntityNames.Of(id);
        if (Interlocked.Increment(ref _count) > KeptMax)
        {
            _kept.Clear();
            Volatile.Write(ref _count, 0);
        }

        return _kept.GetOrAdd(id, name);
    }
}
