using Lockstep.Graph;

namespace Lockstep.Reconciliation.Guardrails;

/// <summary>
/// Finds whose effective access, or what is said of it, a change may have altered: whoever reached what changed before, or reaches it now.
/// A superset, never too few.
/// </summary>
/// <remarks>
/// A chain is new only if its start reaches, in the new graph, the beginning of a link that is new; it is gone only if its start reached,
/// in the old graph, the beginning of a link that is gone. What a node says of itself matters to those who reach it. So the nodes to ask
/// about again are those from which access flows to a beginning, found by walking against the links; O(links into what is found).
/// </remarks>
public static class TouchedNodes
{
    /// <summary>Finds the nodes.</summary>
    /// <param name="before">The old graph with the instant it was asked for.</param>
    /// <param name="after">The new graph with its instant.</param>
    /// <param name="change">What is other.</param>
    /// <param name="followsOwners">
    /// Whether it matters who owns a node, and what that owner is and is in: then what touched nodes own is touched, too.
    /// </param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static HashSet<NodeId> Find(
        (IAccessGraph Graph, DateTimeOffset At) before, (IAccessGraph Graph, DateTimeOffset At) after, EstateDifference change,
        bool followsOwners, CancellationToken cancellationToken)
    {
        var touched = new HashSet<NodeId>();
        foreach (var (graph, at) in new[] { before, after })
        {
            Walk(graph, at, Beginnings(change, followsOwners), touched, followsOwners, cancellationToken);
        }

        // Whether somebody is behind an account: that concerns the account itself, and none of those who reach it.
        touched.UnionWith(change.Links.Where(l => l.Kind == LinkKind.Represents).Select(l => l.To));
        return touched;
    }

    private static IEnumerable<NodeId> Beginnings(EstateDifference change, bool followsOwners) =>
        change.Nodes.Concat(change.Links.Select(l => l.From))
            .Concat(followsOwners ? change.Links.Where(l => l.Kind == LinkKind.Owns).Select(l => l.To) : []);

    private static void Walk(
        IAccessGraph graph, DateTimeOffset at, IEnumerable<NodeId> beginnings, HashSet<NodeId> touched, bool followsOwners,
        CancellationToken cancellationToken)
    {
        // Its own set: what the other graph has touched may be reached from elsewhere in this one.
        var seen = new HashSet<NodeId>(beginnings);
        var open = new Stack<NodeId>(seen);
        while (open.TryPop(out var node))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reaching = graph.LinksTo(node).Where(l => graph.Flows(l, at)).Select(l => l.From);
            var owned = followsOwners ? graph.LinksFrom(node).Where(l => l.Kind == LinkKind.Owns).Select(l => l.To) : [];
            foreach (var next in reaching.Concat(owned).Where(seen.Add))
            {
                open.Push(next);
            }
        }

        touched.UnionWith(seen);
    }
}
