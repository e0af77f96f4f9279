using Lockstep.Graph;

namespace Lockstep.Server.Guardrails;

/// <summary>
/// What somebody reaches by accounts, groups and roles alone: without a credential, secret or session on the way, and without an elevation.
/// </summary>
internal sealed class DirectAccess
{
    private readonly Dictionary<NodeId, Link?> _arrivedBy;
    private readonly Dictionary<AccessTarget, Link> _last = [];

    /// <summary>Walks, the nearest first, links in <see cref="LinkOrder"/>. O(links of what somebody is in).</summary>
    public DirectAccess(IAccessGraph graph, NodeId start, DateTimeOffset at)
    {
        _arrivedBy = new() { [start] = null };
        var open = new Queue<NodeId>([start]);
        while (open.TryDequeue(out var node) && _arrivedBy.Count <= Membership.NodesMax)
        {
            foreach (var link in graph.LinksFrom(node).Where(l => graph.Flows(l, at)).Order(LinkOrder.Instance))
            {
                if (AccessTarget.Of(link) is { } target)
                {
                    _last.TryAdd(target, link);
                }
                else if (link.Kind is LinkKind.Represents or LinkKind.MemberOf or LinkKind.Assumes && _arrivedBy.TryAdd(link.To, link))
                {
                    open.Enqueue(link.To);
                }
            }
        }

        IsComplete = open.Count == 0;
    }

    /// <summary>Gets a value indicating whether everything was visited.</summary>
    public bool IsComplete { get; }

    /// <summary>Says whether a target is reached so.</summary>
    public bool Has(AccessTarget target) => _last.ContainsKey(target);

    /// <summary>Gives the chain to a target; <see langword="null"/> if it is not reached so.</summary>
    public Chain? Find(AccessTarget target)
    {
        if (!_last.TryGetValue(target, out var last))
        {
            return null;
        }

        var links = new List<Link> { last };
        for (var link = _arrivedBy[last.From]; link is not null; link = _arrivedBy[link.From])
        {
            links.Add(link);
        }

        links.Reverse();
        return new Chain(links);
    }
}
