using System.Runtime.CompilerServices;

namespace Lockstep.Graph.Compact;

/// <summary>The links that somebody intended, laid out like those of a graph, so that the whole of both can be compared.</summary>
/// <remarks>
/// It shares the graph's numbers, so a row here and a row there are the same words. Rows are told apart by <see cref="RowFingerprints"/>;
/// only those that differ, and those that changed since the graph's freeze, are compared link by link.
/// </remarks>
/// <threadsafety>Immutable once built; any number of threads may ask.</threadsafety>
public sealed class IntendedAccess
{
    private static readonly ConditionalWeakTable<CompactLinks, RowFingerprints> Known = [];
    private Layout _layout;

    private IntendedAccess(Layout layout) => _layout = layout;

    /// <summary>Gets how many links are intended.</summary>
    public long LinkCount => _layout.Links.LinkCount;

    /// <summary>Gathers what is intended. O(links).</summary>
    /// <param name="graph">The graph that it will be held against, in this or a later version of the same store.</param>
    /// <param name="fill">Gives nodes, evidence and links, in any order. States are not asked for.</param>
    /// <remarks>For the graph's writer, since new names get numbers.</remarks>
    public static IntendedAccess Build(CompactGraph graph, Action<GraphIntake> fill)
    {
        var (frame, staged) = (graph.Frame, new StagedLinks());
        fill(new GraphIntake(frame.Nodes, frame.Permits, frame.Evidence, new NodeStates(), staged));
        return new(Layout.Of(graph, staged));
    }

    /// <summary>Makes now what the first question would wait for. O(links of the graph).</summary>
    public static void Prepare(CompactGraph graph) => _ = FingerprintsOf(graph.Frame.Links);

    /// <summary>Finds all drift, in both directions.</summary>
    /// <param name="graph">What is there.</param>
    /// <param name="at">The instant (UTC): links that have ended by then do not count.</param>
    /// <param name="linksMax">The most links to list of each direction, at least 1.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <returns>Truncated if there is more drift than <paramref name="linksMax"/>.</returns>
    /// <exception cref="ArgumentException">The graph is of another store, whose numbers mean something else.</exception>
    public Answer<Drift> DriftOf(CompactGraph graph, DateTimeOffset at, int linksMax, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(linksMax, 1);
        var layout = Volatile.Read(ref _layout);
        if (!ReferenceEquals(graph.Frame.Nodes, layout.Nodes))
        {
            throw new ArgumentException("the graph is of another store", nameof(graph));
        }

        if (!ReferenceEquals(graph.Frame.Permits, layout.Permits))
        {
            // A freeze has numbered the permits anew. Two threads may lay it out at once; either result is as good.
            layout = layout.For(graph);
            Volatile.Write(ref _layout, layout);
        }

        var rows = new RowDrift(layout.Links, graph, at.UtcTicks, linksMax);
        Compare(layout.Links, graph, rows, cancellationToken);
        var drift = new Drift(rows.Missing, rows.Extra);
        return rows.IsFull
            ? new Answer<Drift>.Truncated(drift, at, $"more than {linksMax} links differ")
            : new Answer<Drift>.Complete(drift, at);
    }

    private static RowFingerprints FingerprintsOf(CompactLinks links) => Known.GetValue(links, RowFingerprints.Of);

    private static void Compare(CompactLinks intended, CompactGraph graph, RowDrift rows, CancellationToken cancellationToken)
    {
        const int Chunk = 1 << 16;
        var frame = graph.Frame;
        var ours = FingerprintsOf(intended).Rows;
        var theirs = FingerprintsOf(frame.Links).Rows;
        var both = Math.Min(ours.Length, theirs.Length);
        for (var start = 0; start < both && !rows.IsFull; start += Chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (end, next) = (Math.Min(start + Chunk, both), start);
            while ((next += ours[next..end].CommonPrefixLength(theirs[next..end])) < end)
            {
                rows.Compare((uint)next++);
            }
        }

        for (var node = both; node < Math.Max(ours.Length, frame.Nodes.Count); node++)
        {
            rows.Compare((uint)node);
        }

        for (var node = 0; frame.Overlay.Count > 0 && node < both; node++)
        {
            // What differed by its fingerprint has been compared, changes included.
            if (ours[node] == theirs[node] && frame.Overlay.NeedsCareOut((uint)node))
            {
                rows.Compare((uint)node);
            }
        }
    }

    /// <summary>The rows by the numbers of one table of permits.</summary>
    private sealed record Layout(NodeTable Nodes, PermitTable Permits, CompactLinks Links)
    {
        public static Layout Of(CompactGraph graph, StagedLinks staged)
        {
            var frame = graph.Frame;
            var links = CompactLinksBuilder.Build(
                staged, frame.Nodes.Count, frame.Permits.Count, frame.Links.LeafPermit, frame.Links.FrozenAt,
                (_, to, meta) => graph.IsOpenNow(to, meta), meta => frame.Evidence[LinkMeta.Evidence(meta)].Source);
            Known.Add(links, RowFingerprints.Of(links));
            return new(frame.Nodes, frame.Permits, links);
        }

        /// <summary>Writes the same links by the numbers of a newer freeze, which knows every older permit. O(links).</summary>
        public Layout For(CompactGraph graph)
        {
            var staged = new StagedLinks();
            for (var node = 0u; node < Links.NodeCount; node++)
            {
                for (var link = Links.OutStart[node]; link < Links.OutStart[node + 1L]; link++)
                {
                    var (from, until) = Links.ValidityOf(link);
                    staged.Add(node, WordIn(graph.Frame.Permits, Links.OutTo[link] & ~CompactLinks.Idle), Links.OutMeta[link], from, until);
                }
            }

            return Of(graph, staged);
        }

        private uint WordIn(PermitTable permits, uint word)
        {
            if ((word & PermitTable.Bit) == 0)
            {
                return word;
            }

            var permit = (int)(word & ~PermitTable.Bit);
            return PermitTable.Bit | (uint)permits.Find(Permits.Resource(permit), Permits.Action(permit));
        }
    }
}
