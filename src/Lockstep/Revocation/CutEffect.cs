using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Revocation;

/// <summary>What a set of cuts takes out of the graph once each has worked: the one place that says so.</summary>
/// <threadsafety>Immutable if the set is.</threadsafety>
internal sealed class CutEffect(IReadOnlySet<Cut> cuts)
{
    /// <summary>Gives the cut that removes one link.</summary>
    public static Cut RemovalOf(Link link) => new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link.Key };

    /// <summary>Says whether access no longer flows along <paramref name="link"/>.</summary>
    /// <remarks>Disabling an account closes only what is checked at each use: a cached or self-contained credential runs on.</remarks>
    public bool Removes(Link link) => cuts.Contains(RemovalOf(link)) || IsDead(link.From) || link.Kind switch
    {
        LinkKind.Represents => IsDisabled(link),
        LinkKind.Holds => IsDead(link.To),
        LinkKind.AuthenticatesAs => IsDisabled(link) || (link.From.Kind == NodeKinds.Session && Has(CutKind.EndSession, link.To)),
        LinkKind.Contains => Has(CutKind.RotateCredential, link.To),
        _ => false,
    };

    /// <summary>Lists the links along which access still flows from <paramref name="start"/>, nearest first. O(links reached).</summary>
    public IReadOnlyList<Link> RestFrom(IAccessGraph graph, NodeId start, DateTimeOffset at)
    {
        var (seen, queue, rest) = (new HashSet<NodeId> { start }, new Queue<NodeId>([start]), new List<Link>());
        while (queue.TryDequeue(out var node))
        {
            foreach (var link in graph.LinksFrom(node).Where(l => graph.Flows(l, at) && !Removes(l)))
            {
                rest.Add(link);
                if (seen.Add(link.To))
                {
                    queue.Enqueue(link.To);
                }
            }
        }

        return rest;
    }

    private bool IsDisabled(Link link) => link.Enforcement.Mode == EnforcementMode.Online && Has(CutKind.DisableAccount, link.To);

    private bool IsDead(NodeId held) =>
        held.Kind is NodeKinds.Credential or NodeKinds.Session or NodeKinds.Secret
        && (Has(CutKind.RevokeCredential, held) || Has(CutKind.EndSession, held) || Has(CutKind.RotateCredential, held));

    private bool Has(CutKind kind, NodeId target) => cuts.Contains(new Cut { Kind = kind, Target = target });
}
