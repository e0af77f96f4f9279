using System.Diagnostics;

namespace Lockstep.Graph.Compact;

/// <content>The cheapest links to cut.</content>
public sealed partial class CompactGraph
{
    /// <summary>Finds the least cut, as <see cref="Lockstep.Graph.LeastCut.FindWeighted"/> promises.</summary>
    internal Answer<LeastCut?> LeastCut(
        NodeId start,
        IReadOnlyCollection<AccessTarget> targets,
        Func<CutCandidate, long?> costOf,
        DateTimeOffset at,
        QueryLimits limits,
        CancellationToken cancellationToken)
    {
        var known = targets.Select(FindPermit).OfType<uint>().ToHashSet();
        if (FindNode(start) is not { } from || (targets.Count > 0 && known.Count == 0))
        {
            return new Answer<LeastCut?>.Complete(new LeastCut([], 0), at);
        }

        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        using var cut = new CompactCut(run, from, targets.Count == 0 ? null : known, costOf);
        LeastCut? value = null;
        if (cut.Find() is var (links, cost))
        {
            if (links.Count > 0 && cut.Limit is null && cut.ReachesWithout(links))
            {
                throw new UnreachableException("Bug in Lockstep: a least cut leaves a chain.");
            }

            value = new LeastCut([.. links.Select(cut.Read)], cost);
        }

        return cut.Limit is null
            ? new Answer<LeastCut?>.Complete(value, at)
            : new Answer<LeastCut?>.Truncated(value, at, cut.Limit);
    }
}
