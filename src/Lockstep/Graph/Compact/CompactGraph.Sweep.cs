namespace Lockstep.Graph.Compact;

/// <content>Who has left, or is suspended, and still reaches something.</content>
public sealed partial class CompactGraph
{
    /// <summary>Finds every identity that is not active and still reaches any action on any resource, with a shortest chain each.</summary>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="limits">The bound on work for each identity.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    /// <returns>One chain an identity, in no promised order. Truncated if some identity's search was, and nothing had been found.</returns>
    /// <remarks>
    /// A search from each that ends at the first access it sees: most have one near, so it reads a few rows where a search in reverse from
    /// all resources reads every link. Chains are written out when they are read.
    /// </remarks>
    public Answer<IReadOnlyList<Chain>> Sweep(DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        var found = new SweptChains(new ChainReader(run));
        var search = Search.Rent(_frame);
        string? limit = null;
        try
        {
            search.StopsAtAccess = true;
            foreach (var (node, _) in _frame.States.NotActive(_version))
            {
                if (!_frame.Nodes.IsIdentity((int)node))
                {
                    continue;
                }

                cancellationToken.ThrowIfCancellationRequested();
                search.Start(node);
                while (search.Step(run, forward: true, stopAt: null))
                {
                }

                found.Keep(search);
                limit ??= search.AccessAt < 0 ? search.LimitReached : null;
                search.Clear();
            }
        }
        finally
        {
            search.Return();
        }

        return limit is null
            ? new Answer<IReadOnlyList<Chain>>.Complete(found, at)
            : new Answer<IReadOnlyList<Chain>>.Truncated(found, at, limit);
    }
}
