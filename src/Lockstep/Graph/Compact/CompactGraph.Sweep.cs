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
    /// Goes from each identity to a neighbour that is one nearer to access, by <see cref="ShortestAccess"/>; where that is not known, or a
    /// link on the way was taken back, a search that ends at the first access. Two threads. Chains are written out when they are read.
    /// </remarks>
    public Answer<IReadOnlyList<Chain>> Sweep(DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        var left = Left();
        var shortest = run.IsPresent ? ShortestAccess.Of(run) : null;
        var half = left.Length > 10_000 && Environment.ProcessorCount > 1 ? left.Length / 2 : left.Length;
        var (first, second) = (new PartialSweep(run, shortest), new PartialSweep(run, shortest));
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellationToken },
            () => first.Run(left.AsSpan(0, half)),
            () => second.Run(left.AsSpan(half)));
        first.Found.KeepAll(second.Found);
        return (first.Limit ?? second.Limit) is { } limit
            ? new Answer<IReadOnlyList<Chain>>.Truncated(first.Found, at, limit)
            : new Answer<IReadOnlyList<Chain>>.Complete(first.Found, at);
    }

    /// <summary>Lists the identities that are not active in this version.</summary>
    private uint[] Left()
    {
        var restated = _frame.Overlay.Restated;
        if (restated.Count == 0)
        {
            return _frame.LeftAtFreeze;
        }

        var again = restated.ToHashSet();
        return
        [
            .. _frame.LeftAtFreeze.Where(n => !again.Contains(n)),
            .. again.Where(n => _frame.Nodes.IsIdentity((int)n) && _frame.States.At(n, _version) != NodeState.Active),
        ];
    }

    /// <summary>One thread's part of a sweep.</summary>
    private sealed class PartialSweep(SearchRun run, ShortestAccess? shortest)
    {
        public SweptChains Found { get; } = new(new ChainReader(run));

        public string? Limit { get; private set; }

        public void Run(ReadOnlySpan<uint> identities)
        {
            var path = new List<uint>();
            var search = Search.Rent(run.Frame);
            try
            {
                for (var i = 0; i < identities.Length; i++)
                {
                    if ((i & 255) == 0)
                    {
                        run.CancellationToken.ThrowIfCancellationRequested();
                    }

                    switch (shortest?.Descend(identities[i], path) ?? Descent.Unknown)
                    {
                        case Descent.Found:
                            Found.Keep(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(path));
                            break;
                        case Descent.Unknown:
                            Ask(search, identities[i]);
                            break;
                    }
                }
            }
            finally
            {
                search.Return();
            }
        }

        private void Ask(Search search, uint node)
        {
            search.Start(node);
            while (search.Step(run, SearchAim.FirstAccess))
            {
            }

            Found.KeepFound(search);
            Limit ??= search.PermitCount == 0 ? search.LimitReached : null;
            search.Clear();
        }
    }
}
