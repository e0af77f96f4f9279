using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Entities;

/// <summary>Computes everything above each entity, without recursion, and refuses cycles.</summary>
internal sealed class AncestorClosure(Dictionary<EntityUid, EntityFacts> entities)
{
    private const int ShownMax = 8;
    private readonly Dictionary<EntityUid, EntityUid[]> _closed = new(entities.Count);

    public Dictionary<EntityUid, EntityUid[]> Close()
    {
        foreach (var uid in entities.Keys)
        {
            CloseFrom(uid);
        }

        return _closed;
    }

    // Depth first with a stack of our own: how deep the hierarchy goes is the data's choice.
    private void CloseFrom(EntityUid start)
    {
        var path = new Stack<(EntityUid Uid, int Next)>();
        var open = new HashSet<EntityUid>();
        Enter(start);
        while (path.TryPop(out var step))
        {
            var parents = entities[step.Uid].Parents;
            if (step.Next == parents.Length)
            {
                open.Remove(step.Uid);
                _closed[step.Uid] = Gather(step.Uid);
                continue;
            }

            path.Push((step.Uid, step.Next + 1));
            Enter(parents[step.Next]);
        }

        void Enter(EntityUid uid)
        {
            if (_closed.ContainsKey(uid) || !entities.ContainsKey(uid))
            {
                return;
            }

            if (!open.Add(uid))
            {
                throw Cycle(uid, path.Select(step => step.Uid));
            }

            path.Push((uid, 0));
        }
    }

    private EntityUid[] Gather(EntityUid uid)
    {
        var parents = entities[uid].Parents;
        if (parents.IsEmpty)
        {
            return [];
        }

        // One instance for each name: less memory, and a comparison that ends at the reference.
        var above = new HashSet<EntityUid>(parents.Select(parent => entities.TryGetValue(parent, out var known) ? known.Uid : parent));
        foreach (var parent in parents)
        {
            if (_closed.TryGetValue(parent, out var ancestors))
            {
                above.UnionWith(ancestors);
            }
        }

        return [.. above];
    }

    private static CedarException Cycle(EntityUid uid, IEnumerable<EntityUid> path)
    {
        var cycle = path.TakeWhile(step => step != uid).Append(uid).Reverse().Append(uid).Take(ShownMax + 1);
        return new("LS6021", $"entity `{uid}` is above itself: {string.Join(" in ", cycle.Select(step => $"`{step}`"))}",
            "remove one of these parents");
    }
}
