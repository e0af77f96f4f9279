using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Finds the cheapest links to remove: those that connectors can remove, each the dearer the more others it serves.</summary>
internal sealed class CheapestCut(
    IEstate estate, IReadOnlyDictionary<string, SystemCapabilities> systems, NodeId subject, DateTimeOffset at)
{
    // Asking whom a link serves walks the graph; beyond this many questions every further link counts as serving many.
    private const int QuestionsMax = 500;
    private const long CostOfMany = 1001;
    private readonly Dictionary<NodeId, long> _costs = [];

    /// <summary>Finds the links that cut all that <paramref name="cuts"/> leave and that can be cut at all.</summary>
    public IReadOnlyList<Link> Of(IReadOnlySet<Cut> cuts)
    {
        var rest = new PlainGraph(new CutEffect(cuts).RestFrom(estate.Graph, subject, at), _ => NodeState.Active);
        var targets = Cuttable(rest, CostOf);
        return targets.Count == 0 ? [] : Find(rest, targets, CostOf)?.Links ?? [];
    }

    /// <summary>Says how many links or nodes the least cut of everything needs; -1 if something cannot be cut.</summary>
    public int SizeOver(IReadOnlySet<Cut> cuts)
    {
        var effect = new CutEffect(cuts);
        return Find(estate.Graph, [], link => effect.Removes(link) ? 1 : CostOf(link))?.Links.Count ?? -1;
    }

    private LeastCut? Find(IAccessGraph graph, IReadOnlyCollection<AccessTarget> targets, Func<Link, long?> costOf) =>
        LeastCut.Find(graph, subject, targets, costOf, at, QueryLimits.Default, CancellationToken.None).Value;

    /// <summary>A target that is reached along links none of which can be removed must not keep the others from being cut.</summary>
    private HashSet<AccessTarget> Cuttable(PlainGraph rest, Func<Link, long?> costOf)
    {
        var all = TargetsOf(rest);
        var reached = rest.BlastRadius(subject, at, QueryLimits.Default, CancellationToken.None).Value.Select(a => a.Node).Prepend(subject);
        var fixedLinks = reached.SelectMany(rest.LinksFrom).Where(l => costOf(l) is null);
        all.ExceptWith(TargetsOf(new PlainGraph(fixedLinks, _ => NodeState.Active)));
        return all;
    }

    private HashSet<AccessTarget> TargetsOf(PlainGraph graph) =>
        [.. graph.AccessOf(subject, at, QueryLimits.Default, CancellationToken.None).Value.Select(c => c.Target)];

    /// <summary>What everybody holds is never taken from everybody for the sake of one: it is left, and said.</summary>
    private long? CostOf(Link link) => estate.Find(link.From)?.Find(NodeAttributes.Everyone) is not null ? null :
        systems.GetValueOrDefault(link.Source)?.Find(CutEffect.RemovalOf(link)) is null ? null : CostOfLinksFrom(link.From);

    private long CostOfLinksFrom(NodeId node)
    {
        if (_costs.TryGetValue(node, out var cost))
        {
            return cost;
        }

        if (_costs.Count >= QuestionsMax)
        {
            return CostOfMany;
        }

        var others = estate.Graph.Exposure(node, at, QueryLimits.Default, CancellationToken.None).Value
            .Count(a => a.Node.Kind == NodeKinds.Identity && a.Node != subject);
        return _costs[node] = 1 + (10L * others);
    }
}
