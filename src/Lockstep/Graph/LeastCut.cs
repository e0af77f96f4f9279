using System.Diagnostics;
using Lockstep.Graph.Compact;

namespace Lockstep.Graph;

/// <summary>The cheapest links to cut so that a node reaches none of some targets.</summary>
/// <param name="Links">The links to cut.</param>
/// <param name="Cost">Their cost together.</param>
/// <remarks>Every one that is given is certified: without its links the graph was asked again, and none of the targets was reached.</remarks>
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
    public static Answer<LeastCut?> Find(
        IAccessGraph graph,
        NodeId start,
        IReadOnlyCollection<AccessTarget> targets,
        Func<Link, long?> costOf,
        DateTimeOffset at,
        QueryLimits limits,
        CancellationToken cancellationToken) =>
        FindWeighted(graph, start, targets, candidate => costOf(candidate.Read()), at, limits, cancellationToken);

    /// <summary>Finds it, exactly, without writing out links that are not cut.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="start">Whose access is cut.</param>
    /// <param name="targets">What must no longer be reached; everything, if empty.</param>
    /// <param name="costOf">What cutting a link costs, as <see cref="CutWeights.Of"/> says; <see langword="null"/> if it cannot be cut.</param>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="limits">The bound on work.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The cut, without links if nothing is reached; <see langword="null"/> if some chain has no link that can be cut.</returns>
    /// <remarks>
    /// O(links that lie between) to take that part out, then <see cref="MinCut"/> on it. On a <see cref="CompactGraph"/> that is by number.
    /// </remarks>
    public static Answer<LeastCut?> FindWeighted(
        IAccessGraph graph,
        NodeId start,
        IReadOnlyCollection<AccessTarget> targets,
        Func<CutCandidate, long?> costOf,
        DateTimeOffset at,
        QueryLimits limits,
        CancellationToken cancellationToken)
    {
        if (graph is CompactGraph compact)
        {
            return compact.LeastCut(start, targets, costOf, at, limits, cancellationToken);
        }

        var reached = graph.BlastRadius(start, at, limits, cancellationToken);
        var plain = new PlainCut(graph, start, targets, at, [.. reached.Value.Select(a => a.Node).Prepend(start)]);
        var value = plain.Find(costOf);
        if (value is not null && plain.Reaches(value.Links.Select(l => l.Key).ToHashSet()))
        {
            throw new UnreachableException("Bug in Lockstep: a least cut leaves a chain.");
        }

        return reached is Answer<IReadOnlyList<Arrival>>.Truncated cutShort
            ? new Answer<LeastCut?>.Truncated(value, at, cutShort.Limit)
            : new Answer<LeastCut?>.Complete(value, at);
    }
}
