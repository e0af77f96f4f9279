namespace Lockstep.Graph.Compact;

/// <summary>One version of the compact graph. Answers as <see cref="PlainGraph"/> does, at estate scale.</summary>
/// <threadsafety>Immutable to its reader: changes made after it was taken are not seen.</threadsafety>
public sealed partial class CompactGraph : IAccessGraph
{
    private readonly GraphFrame _frame;
    private readonly long _version;

    internal CompactGraph(GraphFrame frame, long version) => (_frame, _version) = (frame, version);

    /// <summary>Gets how many links there are, followed or not.</summary>
    public long LinkCount => _frame.Links.LinkCount + _frame.Overlay.Count;

    /// <summary>Gets how many nodes there are.</summary>
    public int NodeCount => _frame.Nodes.Count;

    /// <summary>Gets the memory of links, rows and validities, in bytes.</summary>
    public long LinkBytes => _frame.Links.Bytes;

    /// <summary>Gets the memory of node names, in bytes.</summary>
    public long NodeBytes => _frame.Nodes.Bytes;

    internal GraphFrame Frame => _frame;

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Chain>> AccessOf(NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (FindNode(start) is not { } from)
        {
            return new Answer<IReadOnlyList<Chain>>.Complete([], at);
        }

        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        return RunToEnd(run, from, SearchAim.Access, at, static (run, search) => FoundChains.Forward(new ChainReader(run), search));
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Chain>> WhoCan(
        AccessTarget target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (FindPermit(target) is not { } permit)
        {
            return new Answer<IReadOnlyList<Chain>>.Complete([], at);
        }

        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        return RunToEnd(run, permit, SearchAim.Against, at, static (run, search) => FoundChains.Reverse(new ChainReader(run), search));
    }

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Arrival>> BlastRadius(
        NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken) =>
        Reach(start, SearchAim.Nodes, at, limits, cancellationToken);

    /// <inheritdoc/>
    public Answer<IReadOnlyList<Arrival>> Exposure(
        NodeId target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken) =>
        Reach(target, SearchAim.Against, at, limits, cancellationToken);

    private static Answer<IReadOnlyList<T>> RunToEnd<T>(
        in SearchRun run, uint start, SearchAim aim, DateTimeOffset at, Func<SearchRun, Search, IReadOnlyList<T>> read)
    {
        var search = Search.Rent(run.Frame);
        try
        {
            search.Start(start);
            while (search.Step(run, aim))
            {
            }

            var value = read(run, search);
            return search.LimitReached is { } limit
                ? new Answer<IReadOnlyList<T>>.Truncated(value, at, limit)
                : new Answer<IReadOnlyList<T>>.Complete(value, at);
        }
        finally
        {
            search.Return();
        }
    }

    private Answer<IReadOnlyList<Arrival>> Reach(
        NodeId start, SearchAim aim, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (FindNode(start) is not { } from)
        {
            return new Answer<IReadOnlyList<Arrival>>.Complete([], at);
        }

        var run = new SearchRun(_frame, _version, at.UtcTicks, limits, cancellationToken);
        return RunToEnd(run, from, aim, at, Arrivals);
    }

    private IReadOnlyList<Arrival> Arrivals(SearchRun run, Search search)
    {
        var arrivals = new List<Arrival>(search.Count);
        var level = 0;
        for (var i = 1; i < search.Count; i++)
        {
            while (level < search.LevelEnds.Count && i >= search.LevelEnds[level])
            {
                level++;
            }

            arrivals.Add(new(_frame.Nodes.Id((int)search.Queue[i]), level));
        }

        return arrivals;
    }

    private uint? FindNode(NodeId id) => _frame.Nodes.Find(id) is >= 0 and var node ? (uint)node : null;

    private uint? FindPermit(AccessTarget target) =>
        FindNode(target.Resource) is { } resource && _frame.Permits.Find((int)resource, target.Action) is >= 0 and var permit
            ? (uint)permit | PermitTable.Bit
            : null;
}
