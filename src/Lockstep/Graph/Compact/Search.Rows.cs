namespace Lockstep.Graph.Compact;

/// <content>How a search reads the rows of one node.</content>
internal sealed partial class Search
{
    private bool ExpandAlong(in SearchRun run, SearchAim aim, int position, bool depthReached)
    {
        var node = _queue[position];
        var links = run.Frame.Links;
        FetchAhead(links.OutStart, links.OutTo, position, links.NodeCount);
        if (!run.IsPresent || run.Frame.Overlay.NeedsCareOut(node))
        {
            var length = 0;
            CarefulRows.Out(run, node, ref _row, ref length);
            return VisitEach(run, aim, _row.AsSpan(0, length), depthReached);
        }

        var start = links.OutStart[node];
        var row = links.OutTo.Slice(start, (int)(links.OutStart[node + 1L] - start));
        if (depthReached || Count + PermitCount + row.Length > run.Limits.NodesMax - row.Length)
        {
            return VisitEach(run, aim, Followed(row), depthReached);
        }

        var nodes = VisitNodes(row);
        return VisitPermits(run, aim, row[nodes..]);
    }

    private bool ExpandAgainst(in SearchRun run, int position, bool depthReached)
    {
        var word = _queue[position];
        var (links, frame) = (run.Frame.Links, run.Frame);
        FetchAhead(links.InStart, links.InFrom, position, links.NodeCount);
        var isPlain = IsPlainIn(run, word);
        if ((word & PermitTable.Bit) != 0)
        {
            return VisitSources(run, word, isPlain, depthReached);
        }

        if (isPlain && !frame.Entered.Contains(word))
        {
            return true;
        }

        if (!VisitSources(run, word, isPlain, depthReached))
        {
            return false;
        }

        // Whoever may do anything on a resource reaches it. A first permit after the freeze marks its resource.
        for (var permit = isPlain && !frame.HasPermits.Contains(word) ? -1 : frame.Permits.First((int)word);
            permit >= 0;
            permit = frame.Permits.Next(permit))
        {
            var target = (uint)permit | PermitTable.Bit;
            if (!VisitSources(run, target, IsPlainIn(run, target), depthReached))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlainIn(in SearchRun run, uint word) => run.IsPresent && !run.Frame.Overlay.NeedsCareIn(word);

    private bool VisitSources(in SearchRun run, uint word, bool isPlain, bool depthReached)
    {
        if (!isPlain)
        {
            var length = 0;
            CarefulRows.In(run, word, ref _row, ref length);
            return VisitEach(run, SearchAim.Against, _row.AsSpan(0, length), depthReached);
        }

        var (links, slot) = (run.Frame.Links, run.Frame.Overlay.SlotOf(word));
        var start = links.InStart[slot];
        var row = links.InFrom.Slice(start, (int)(links.InStart[slot + 1] - start));
        if (depthReached || Count + row.Length > run.Limits.NodesMax)
        {
            return VisitEach(run, SearchAim.Against, Followed(row), depthReached);
        }

        VisitNodes(row);
        return true;
    }

    private static ReadOnlySpan<uint> Followed(ReadOnlySpan<uint> row)
    {
        var idle = row.IndexOfAnyInRange(CompactLinks.Idle, uint.MaxValue);
        return idle < 0 ? row : row[..idle];
    }

    private void FetchAhead(NativeBuffer<uint> starts, NativeBuffer<uint> rows, int position, int nodeCount)
    {
        if (position + Ahead < Count && _queue[position + Ahead] is var soon && soon < (uint)nodeCount)
        {
            starts.Prefetch(soon);
        }

        if (position + (Ahead / 2) < Count && _queue[position + (Ahead / 2)] is var next && next < (uint)nodeCount)
        {
            rows.Prefetch(starts[next]);
        }
    }

    /// <summary>Visits the nodes at the beginning of a row that no limit stops; gives how many there were.</summary>
    private int VisitNodes(ReadOnlySpan<uint> row)
    {
        Reserve(ref _queue, Count + row.Length + 1);
        var queue = _queue.AsSpan();
        var (seen, count, i) = (_seen, Count, 0);
        for (; i < row.Length && row[i] < PermitTable.Bit; i++)
        {
            queue[count] = row[i];
            count = unchecked(count + seen.Add(row[i]));
        }

        Count = count;
        return i;
    }

    /// <summary>Goes over the rest of a row that no limit stops: permits that lead on, leaves, and links that are not followed.</summary>
    private bool VisitPermits(in SearchRun run, SearchAim aim, ReadOnlySpan<uint> row)
    {
        if (row.IsEmpty || row[0] >= CompactLinks.Idle)
        {
            return true;
        }

        if (aim == SearchAim.FirstAccess)
        {
            Find(row[0]);
            return false;
        }

        // INVARIANT (leaf-last): once a leaf is met, only leaves follow.
        var firstLeaf = (uint)run.Frame.Links.LeafPermit | PermitTable.Bit;
        var i = 0;
        for (; i < row.Length && row[i] < firstLeaf; i++)
        {
            VisitPermit(run, aim, row[i], leadsOn: true);
        }

        if (aim == SearchAim.Nodes || run.Frame.Overlay.AnyLeadsOn)
        {
            for (; i < row.Length && row[i] < CompactLinks.Idle; i++)
            {
                VisitPermit(run, aim, row[i], aim == SearchAim.Nodes || run.Frame.Overlay.LeadsOn(row[i] & ~PermitTable.Bit));
            }
        }
        else if (aim == SearchAim.Access)
        {
            FindLeaves(row[i..]);
        }

        return true;
    }

    private void FindLeaves(ReadOnlySpan<uint> row)
    {
        Reserve(ref _permits, PermitCount + row.Length + 1);
        var permits = _permits.AsSpan();
        var (seen, count) = (_seenPermits, PermitCount);
        for (var i = 0; i < row.Length && row[i] < CompactLinks.Idle; i++)
        {
            permits[count] = row[i];
            count = unchecked(count + seen.Add(row[i] & (PermitTable.Bit - 1)));
        }

        PermitCount = count;
    }

    private void VisitPermit(in SearchRun run, SearchAim aim, uint word, bool leadsOn)
    {
        if (aim == SearchAim.Access)
        {
            Find(word);
        }

        if (leadsOn)
        {
            Visit((uint)run.Frame.Permits.Resource((int)(word & ~PermitTable.Bit)));
        }
    }

    private void Find(uint word)
    {
        if (_seenPermits.Add(word & ~PermitTable.Bit) != 0)
        {
            Reserve(ref _permits, PermitCount + 1);
            _permits[PermitCount++] = word;
        }
    }

    private void Visit(uint node)
    {
        if (_seen.Add(node) != 0)
        {
            Reserve(ref _queue, Count + 1);
            _queue[Count++] = node;
        }
    }

    /// <summary>Visits word by word: where a limit may be reached, or where a row had to be read with care.</summary>
    private bool VisitEach(in SearchRun run, SearchAim aim, ReadOnlySpan<uint> followed, bool depthReached)
    {
        foreach (var word in followed)
        {
            if (!IsNew(run, aim, word))
            {
                continue;
            }

            // A cut-off answer that looks complete is the false confidence this product exists to remove.
            if (depthReached || Count + PermitCount > run.Limits.NodesMax)
            {
                LimitReached = depthReached ? $"more than {run.Limits.DepthMax} links deep" : $"more than {run.Limits.NodesMax} nodes";
                if (depthReached)
                {
                    continue;
                }

                return false;
            }

            if ((word & PermitTable.Bit) == 0)
            {
                Visit(word);
            }
            else if (aim == SearchAim.FirstAccess)
            {
                Find(word);
                return false;
            }
            else
            {
                VisitPermit(run, aim, word, LeadsOn(run, aim, word));
            }
        }

        return true;
    }

    private bool IsNew(in SearchRun run, SearchAim aim, uint word) =>
        (word & PermitTable.Bit) == 0
            ? !_seen.Contains(word)
            : (aim is SearchAim.Access or SearchAim.FirstAccess && !_seenPermits.Contains(word & ~PermitTable.Bit))
                || (LeadsOn(run, aim, word) && !_seen.Contains((uint)run.Frame.Permits.Resource((int)(word & ~PermitTable.Bit))));

    private static bool LeadsOn(in SearchRun run, SearchAim aim, uint word) =>
        aim == SearchAim.Nodes || run.Frame.LeadsOn(word & ~PermitTable.Bit);
}
