using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>Shows how somebody is in a group or role: a shortest way, link by link.</summary>
internal static class MembershipPath
{
    /// <summary>Finds the links in order; empty if it is no member at that instant.</summary>
    internal static IReadOnlyList<Link> Find(IAccessGraph graph, NodeId start, NodeId group, DateTimeOffset at)
    {
        var last = new Dictionary<NodeId, Link?> { [start] = null };
        var open = new Queue<NodeId>([start]);
        while (open.TryDequeue(out var node) && !last.ContainsKey(group) && last.Count <= Membership.NodesMax)
        {
            foreach (var link in graph.LinksFrom(node).Where(l => Membership.IsMadeBy(l.Kind, l.To.Kind) && graph.Flows(l, at)))
            {
                if (last.TryAdd(link.To, link))
                {
                    open.Enqueue(link.To);
                }
            }
        }

        var path = new List<Link>();
        for (var link = last.GetValueOrDefault(group); link is not null; link = last[link.From])
        {
            path.Add(link);
        }

        path.Reverse();
        return path;
    }
}
