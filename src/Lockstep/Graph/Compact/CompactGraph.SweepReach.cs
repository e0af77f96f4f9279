using System.Runtime.CompilerServices;

namespace Lockstep.Graph.Compact;

/// <summary>All that one identity that has left still reaches.</summary>
/// <threadsafety>For the callback that was given it, and only until that returns.</threadsafety>
public sealed class SweptReach
{
    private readonly GraphFrame _frame;
    private readonly Search _search;

    internal SweptReach(GraphFrame frame, Search search) => (_frame, _search) = (frame, search);

    /// <summary>Gets the identity.</summary>
    public NodeId Identity => _frame.Nodes.Id((int)_search.Queue[0]);

    /// <summary>Gets how many actions on resources it reaches.</summary>
    public int Count => _search.PermitCount;

    /// <summary>Gets which limit cut the set short, or <see langword="null"/> if it is complete.</summary>
    public string? Limit => _search.LimitReached;

    /// <summary>Lists what it reaches, nearest first.</summary>
    public IEnumerable<AccessTarget> Targets()
    {
        for (var i = 0; i < _search.PermitCount; i++)
        {
            var permit = (int)(_search.Permits[i] & ~PermitTable.Bit);
            yield return new(_frame.Nodes.Id(_frame.Permits.Resource(permit)), _frame.Permits.Action(permit));
        }
    }
}

/// <content>All that everybody reaches who has left.</content>
public sealed partial class CompactGraph
{
    private const int IdentitiesPerShare = 64;

    /// <summary>Finds, for every identity that is not active, everything that it still reaches.</summary>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="limits">The bound on work for each identity.</param>
    /// <param name="onReach">Takes one identity's set, if it is not empty. Called by two threads at a time.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    /// <returns>How many sets were given; truncated if one of them was.</returns>
    /// <remarks>
    /// A search from each, in the order of the nodes: whose rows lie together are asked together, so most are in the cache. The sets are
    /// not kept, since at estate scale they would take more memory than the graph.
    /// </remarks>
    public Answer<int> SweepReach(
        DateTimeOffset at, QueryLimits limits, Action<SweptReach> onReach, CancellationToken cancellationToken)
    {
        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        var (left, next, given) = (Left(), 0, 0);
        var limit = new StrongBox<string?>();
        Parallel.Invoke(new ParallelOptions { CancellationToken = cancellationToken }, Share, Share);
        return limit.Value is not { } why ? new Answer<int>.Complete(given, at) : new Answer<int>.Truncated(given, at, why);

        void Share()
        {
            var search = Search.Rent(_frame);
            try
            {
                for (var start = Next(); start < left.Length; start = Next())
                {
                    foreach (var node in left.AsSpan(start, Math.Min(IdentitiesPerShare, left.Length - start)))
                    {
                        Reach(search, node);
                    }
                }
            }
            finally
            {
                search.Return();
            }
        }

        int Next() => Interlocked.Add(ref next, IdentitiesPerShare) - IdentitiesPerShare;

        void Reach(Search search, uint node)
        {
            run.CancellationToken.ThrowIfCancellationRequested();
            search.Start(node);
            while (search.Step(run, SearchAim.Access))
            {
            }

            if (search.LimitReached is { } reached)
            {
                Interlocked.CompareExchange(ref limit.Value, reached, null);
            }

            if (search.PermitCount > 0)
            {
                onReach(new SweptReach(_frame, search));
                Interlocked.Increment(ref given);
            }

            search.Clear();
        }
    }
}
