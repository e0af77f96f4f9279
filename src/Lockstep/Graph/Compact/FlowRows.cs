namespace Lockstep.Graph.Compact;

/// <summary>A link where it lies: frozen at a position, or added since.</summary>
internal readonly record struct PlacedLink(uint From, uint To, uint Meta, uint Position, AddedLink? Added);

/// <summary>Reads the rows along which access flows, in both directions, for searches that need more than who was reached.</summary>
/// <threadsafety>For one thread: rows that are read with care share one buffer.</threadsafety>
internal sealed class FlowRows(SearchRun run)
{
    private readonly int _nodeCount = run.Frame.Nodes.Count;
    private uint[] _row = new uint[64];

    public SearchRun Run => run;

    /// <summary>Gets how many nodes and permits there are, and so one more than the largest <see cref="PlaceOf"/>.</summary>
    public long Length { get; } = run.Frame.Nodes.Count + (long)run.Frame.Permits.Count;

    /// <summary>Gives nodes, then permits, a place of their own.</summary>
    public long PlaceOf(uint word) => (word & PermitTable.Bit) == 0 ? word : _nodeCount + (long)(word & ~PermitTable.Bit);

    /// <summary>
    /// Gets the words that access flows to, up to the first one with <see cref="CompactLinks.Idle"/>; good until the next row is read.
    /// </summary>
    public ReadOnlySpan<uint> Out(uint node)
    {
        if (run.IsPresent && !run.Frame.Overlay.NeedsCareOut(node))
        {
            var links = run.Frame.Links;
            return links.OutTo.Slice(links.OutStart[node], (int)(links.OutStart[node + 1L] - links.OutStart[node]));
        }

        var length = 0;
        CarefulRows.Out(run, node, ref _row, ref length);
        return _row.AsSpan(0, length);
    }

    /// <summary>As <see cref="Out"/>, without access that leads nowhere, and without <see cref="CompactLinks.Idle"/> at the end.</summary>
    public ReadOnlySpan<uint> Ways(uint node)
    {
        var row = Out(node);
        if (run.IsPresent && !run.Frame.Overlay.NeedsCareOut(node) && !run.Frame.Overlay.AnyLeadsOn)
        {
            // INVARIANT (leaf-last): what follows the first leaf leads nowhere or is not followed.
            var end = row.IndexOfAnyInRange((uint)run.Frame.Links.LeafPermit | PermitTable.Bit, uint.MaxValue);
            return end < 0 ? row : row[..end];
        }

        if (_row.Length < row.Length)
        {
            _row = new uint[row.Length];
        }

        var count = 0;
        foreach (var word in row)
        {
            if (LeadsOn(word))
            {
                _row[count++] = word;
            }
        }

        return _row.AsSpan(0, count);
    }

    /// <summary>Gets the nodes that access flows from into a word, as <see cref="Out"/> does.</summary>
    public ReadOnlySpan<uint> In(uint word)
    {
        if (run.IsPresent && !run.Frame.Overlay.NeedsCareIn(word) && run.Frame.Overlay.SlotOf(word) is >= 0 and var slot)
        {
            var links = run.Frame.Links;
            return links.InFrom.Slice(links.InStart[slot], (int)(links.InStart[slot + 1] - links.InStart[slot]));
        }

        var length = 0;
        CarefulRows.In(run, word, ref _row, ref length);
        return _row.AsSpan(0, length);
    }

    /// <summary>Adds the links that access flows along from a node; only those to what has a number, if some are given.</summary>
    public void AddLinks(uint node, List<PlacedLink> to, SparseNumbers? numbered = null)
    {
        var (links, overlay) = (run.Frame.Links, run.Frame.Overlay);
        var careful = !run.IsPresent || overlay.NeedsCareOut(node);
        if (node < (uint)links.NodeCount)
        {
            for (var link = links.OutStart[node]; link < links.OutStart[node + 1L]; link++)
            {
                var word = links.OutTo[link];
                if (numbered is not null && numbered[PlaceOf(word & ~CompactLinks.Idle)] == 0)
                {
                    continue;
                }

                if (careful ? run.Frame.IsFollowed(link, word & ~CompactLinks.Idle, run.Version, run.At) : (word & CompactLinks.Idle) == 0)
                {
                    to.Add(new(node, word & ~CompactLinks.Idle, links.OutMeta[link], link, null));
                }
                else if (!careful)
                {
                    break;
                }
            }
        }

        for (var added = overlay.OfSource(node); added is not null; added = added.NextOfSource)
        {
            if ((numbered is null || numbered[PlaceOf(added.To)] > 0) && run.Frame.IsFollowed(added, run.Version, run.At))
            {
                to.Add(new(node, added.To, added.Meta, 0, added));
            }
        }
    }

    /// <summary>Writes a link out, with its names and its evidence.</summary>
    public Link Write(PlacedLink link)
    {
        var (from, until) = link.Added is { } added
            ? (added.ValidFrom, added.ValidUntil)
            : LinkMeta.HasValidity(link.Meta) ? run.Frame.Links.ValidityOf(link.Position) : (long.MinValue, long.MaxValue);
        return new ChainReader(run).Write(link.From, link.To, link.Meta, from, until);
    }

    private bool LeadsOn(uint word) =>
        (word & CompactLinks.Idle) == 0 && (word < PermitTable.Bit || run.Frame.LeadsOn(word & ~PermitTable.Bit));
}
