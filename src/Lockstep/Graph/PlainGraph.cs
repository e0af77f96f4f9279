namespace Lockstep.Graph;

/// <summary>
/// The plain engine: dictionaries and breadth-first search, so simple that it is the measure for any faster one. Good for estates up
/// to some hundred thousand links.
/// </summary>
/// <threadsafety>Immutable after construction.</threadsafety>
public sealed class PlainGraph : IAccessGraph
{
    private readonly Dictionary<NodeId, List<Link>> _from = [];
    private readonly Dictionary<NodeId, List<Link>> _to = [];
    private readonly Func<NodeId, NodeState> _stateOf;

    /// <summary>Builds the graph. O(links x log(links of one node)).</summary>
    /// <param name="links">All links, each <see cref="Link.Key"/> once.</param>
    /// <param name="stateOf">The state of a node; Active for one it does not know. Must not change.</param>
    public PlainGraph(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf)
    {
        _stateOf = stateOf;
        foreach (var link in links)
        {
            Add(_from, link.From, link);
            Add(_to, link.To, link);
        }

        foreach (var leaving in _from.Values)
        {
            leaving.Sort(LinkOrder.Instance);
        }
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Chain>> AccessOf(NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var walk = Walk(start, at, limits, cancellationToken);
        while (walk.Next() is not null)
        {
        }

        IReadOnlyList<Chain> chains =
            [.. walk.Targets.Values.OrderBy(c => c.Target.Resource).ThenBy(c => c.Target.Action, StringComparer.Ordinal)];
        return walk.Answer(chains);
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Chain>> WhoCan(
        AccessTarget target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var back = new PlainBackWalk(LinksTo, link => Flows(link, at), at, limits, cancellationToken);
        foreach (var last in LinksTo(target.Resource).Where(l => AccessTarget.Of(l) == target && Flows(l, at)))
        {
            back.Reach(last.From, depth: 1);
        }

        back.Run();
        IReadOnlyList<Chain> chains =
        [
            .. back.Depths.Keys.Where(n => n.Kind == NodeKinds.Identity).Order().Select(n => Descend(n, target, back.Depths, at)),
        ];
        return back.Answer(chains);
    }

    /// <inheritdoc/>
    public Answer<Chain?> Check(
        NodeId start, AccessTarget target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var walk = Walk(start, at, limits, cancellationToken);
        while (!walk.Targets.ContainsKey(target) && walk.Next() is not null)
        {
        }

        return walk.Answer(walk.Targets.GetValueOrDefault(target));
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Chain>> Chains(
        NodeId start, AccessTarget target, int count, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new PlainChains(LinksFrom, link => Flows(link, at), target, at, limits, cancellationToken).Find(start, count);
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Arrival>> BlastRadius(
        NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var walk = Walk(start, at, limits, cancellationToken);
        while (walk.Next() is not null)
        {
        }

        return walk.Answer(Nearest(walk.Depths, start));
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Arrival>> Exposure(
        NodeId target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var back = new PlainBackWalk(LinksTo, link => Flows(link, at), at, limits, cancellationToken);
        back.Reach(target, depth: 0);
        back.Run();
        return back.Answer(Nearest(back.Depths, target));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Link> LinksFrom(NodeId node) => _from.TryGetValue(node, out var links) ? links : [];

    /// <inheritdoc/>
    public IReadOnlyList<Link> LinksTo(NodeId node) => _to.TryGetValue(node, out var links) ? links : [];

    private static void Add(Dictionary<NodeId, List<Link>> index, NodeId node, Link link)
    {
        if (!index.TryGetValue(node, out var links))
        {
            index.Add(node, links = []);
        }

        links.Add(link);
    }

    private static IReadOnlyList<Arrival> Nearest(IReadOnlyDictionary<NodeId, int> depths, NodeId without) =>
        [.. depths.Where(d => d.Key != without).Select(d => new Arrival(d.Key, d.Value)).OrderBy(a => a.Depth).ThenBy(a => a.Node)];

    /// <summary>
    /// Walks down the depths of a backward search: at each node the first link, in order, that is one nearer to the target.
    /// </summary>
    private Chain Descend(NodeId start, AccessTarget target, IReadOnlyDictionary<NodeId, int> depths, DateTimeOffset at)
    {
        var links = new List<Link>();
        for (var node = start; depths[node] > 1; node = links[^1].To)
        {
            var nearer = depths[node] - 1;
            links.Add(LinksFrom(node).First(l => Flows(l, at) && depths.TryGetValue(l.To, out var depth) && depth == nearer));
        }

        var last = links.Count == 0 ? start : links[^1].To;
        links.Add(LinksFrom(last).First(l => Flows(l, at) && AccessTarget.Of(l) == target));
        return new Chain(links);
    }

    /// <inheritdoc/>
    public bool Flows(Link link, DateTimeOffset at) => LinkFlow.Flows(link, _stateOf(link.To), at);

    private PlainWalk Walk(NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken) =>
        new(start, LinksFrom, link => Flows(link, at), at, limits, cancellationToken);
}
