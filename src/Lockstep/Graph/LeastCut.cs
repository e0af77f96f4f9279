namespace Lockstep.Graph;

/// <summary>The cheapest links to cut so that a node reaches none of some targets.</summary>
/// <param name="Links">The links to cut.</param>
/// <param name="Cost">Their cost together.</param>
public sealed record LeastCut(IReadOnlyList<Link> Links, long Cost)
{
    /// <summary>Finds it, exactly.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="start">Whose access is cut.</param>
    /// <param name="targets">What must no longer be reached; everything, if empty.</param>
    /// <param name="costOf">What cutting a link costs, more than 0; <see langword="null"/> if it cannot be cut.</param>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="limits">The bound on work.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The cut, without links if nothing is reached; <see langword="null"/> if some chain has no link that can be cut.</returns>
    /// <remarks>O(links that <paramref name="start"/> reaches) to take that part out, then <see cref="MinCut"/> on it.</remarks>
    public static Answer<LeastCut?> Find(
        IAccessGraph graph,
        NodeId start,
        IReadOnlyCollection<AccessTarget> targets,
        Func<Link, long?> costOf,
        DateTimeOffset at,
        QueryLimits limits,
        CancellationToken cancellationToken)
    {
        var reached = graph.BlastRadius(start, at, limits, cancellationToken);
        var numbers = reached.Value.Select(a => a.Node).Prepend(start).Index().ToDictionary(n => n.Item, n => n.Index);
        var links = numbers.Keys.SelectMany(graph.LinksFrom)
            .Where(link => numbers.ContainsKey(link.To) && graph.Flows(link, at)).ToList();

        // Every link is a node of its own behind the arc that is cut: one cut then pays for all that the link leads to.
        var sink = numbers.Count + links.Count;
        var cut = new MinCut(sink + 1);
        var arcs = new Dictionary<int, Link>();
        foreach (var (index, link) in links.Index())
        {
            var behind = numbers.Count + index;
            arcs.Add(cut.Add(numbers[link.From], behind, costOf(link) ?? MinCut.Uncuttable), link);
            cut.Add(behind, numbers[link.To], MinCut.Uncuttable);
            if (AccessTarget.Of(link) is { } target && (targets.Count == 0 || targets.Contains(target)))
            {
                cut.Add(behind, sink, MinCut.Uncuttable);
            }
        }

        LeastCut? value = cut.Solve(0, sink) is var (cost, chosen) ? new LeastCut([.. chosen.Select(arc => arcs[arc])], cost) : null;
        return reached is Answer<IReadOnlyList<Arrival>>.Truncated cutShort
            ? new Answer<LeastCut?>.Truncated(value, at, cutShort.Limit)
            : new Answer<LeastCut?>.Complete(value, at);
    }
}
