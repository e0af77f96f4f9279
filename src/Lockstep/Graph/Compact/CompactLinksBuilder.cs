namespace Lockstep.Graph.Compact;

/// <summary>
/// Sorts staged links into rows: a counting sort by source, a small sort in each row, a counting sort by target. O(links).
/// </summary>
internal static class CompactLinksBuilder
{
    /// <summary>Builds the frozen links as of an instant.</summary>
    /// <param name="staged">The links, in any order.</param>
    /// <param name="nodeCount">One more than the largest node.</param>
    /// <param name="permitCount">One more than the largest permit.</param>
    /// <param name="leafPermit">The first permit that leads nowhere.</param>
    /// <param name="frozenAt">UTC ticks.</param>
    /// <param name="isFollowed">Says for a source, target and meta (validity aside) whether access flows.</param>
    /// <param name="sourceOf">Gives who says a link, by its meta.</param>
    public static CompactLinks Build(
        StagedLinks staged,
        int nodeCount,
        int permitCount,
        int leafPermit,
        long frozenAt,
        Func<uint, uint, uint, bool> isFollowed,
        Func<uint, string> sourceOf)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(staged.Count, uint.MaxValue - 1L, nameof(staged));
        var followed = new BitSet(staged.Count);
        MarkFollowed(staged, frozenAt, isFollowed, followed);

        var outStart = RowStarts(nodeCount, staged.Count, staged.From);
        var order = Placed(outStart, nodeCount, staged.Count, staged.From);
        var outTo = new NativeBuffer<uint>(staged.Count);
        var outMeta = new NativeBuffer<uint>(staged.Count);
        FillRows(staged, followed, outStart, nodeCount, order, outTo, outMeta);
        if (DuplicateLinks.Find(staged, outStart, outTo, order, sourceOf) is { } dropped && staged.Without(dropped) is { } rest
            && rest.Count < staged.Count)
        {
            return Build(rest, nodeCount, permitCount, leafPermit, frozenAt, isFollowed, sourceOf);
        }

        var (from, until) = Validities(staged, order);

        var inStart = RowStarts(nodeCount + permitCount, staged.Count, i => RowOf(outTo[i], nodeCount));
        var inFrom = ReverseRows(outStart, outTo, inStart, nodeCount);
        return new CompactLinks
        {
            NodeCount = nodeCount,
            PermitCount = permitCount,
            FrozenAt = frozenAt,
            OutStart = outStart,
            OutTo = outTo,
            OutMeta = outMeta,
            InStart = inStart,
            InFrom = inFrom,
            ValidFrom = from,
            ValidUntil = until,
            LeafPermit = leafPermit,
        };
    }

    private static uint RowOf(uint word, int nodeCount) =>
        (word & PermitTable.Bit) == 0 ? word & ~CompactLinks.Idle : (uint)nodeCount + (word & ~(CompactLinks.Idle | PermitTable.Bit));

    private static void MarkFollowed(StagedLinks staged, long frozenAt, Func<uint, uint, uint, bool> isFollowed, BitSet followed)
    {
        for (var i = 0L; i < staged.Count; i++)
        {
            if (isFollowed(staged.From(i), staged.To(i), staged.Meta(i)))
            {
                followed.Set(i);
            }
        }

        foreach (var (link, from, until) in staged.Validities)
        {
            if (from > frozenAt || frozenAt >= until)
            {
                followed.Clear(link);
            }
        }
    }

    private static NativeBuffer<uint> RowStarts(int nodeCount, long linkCount, Func<long, uint> rowOf)
    {
        var starts = new NativeBuffer<uint>(nodeCount + 1L);
        for (var i = 0L; i < linkCount; i++)
        {
            starts[rowOf(i) + 1L]++;
        }

        for (var node = 0; node < nodeCount; node++)
        {
            starts[node + 1L] += starts[node];
        }

        return starts;
    }

    /// <summary>Gives each row position the staged link that goes there.</summary>
    private static NativeBuffer<uint> Placed(NativeBuffer<uint> starts, int nodeCount, long linkCount, Func<long, uint> rowOf)
    {
        var next = new NativeBuffer<uint>(nodeCount + 1L);
        for (var node = 0L; node <= nodeCount; node++)
        {
            next[node] = starts[node];
        }

        var order = new NativeBuffer<uint>(linkCount);
        for (var i = 0L; i < linkCount; i++)
        {
            order[next[rowOf(i)]++] = (uint)i;
        }

        return order;
    }

    private static void FillRows(
        StagedLinks staged,
        BitSet followed,
        NativeBuffer<uint> starts,
        int nodeCount,
        NativeBuffer<uint> order,
        NativeBuffer<uint> outTo,
        NativeBuffer<uint> outMeta)
    {
        for (var node = 0; node < nodeCount; node++)
        {
            var start = starts[node];
            var length = (int)(starts[node + 1L] - start);
            if (length == 0)
            {
                continue;
            }

            var row = order.Slice(start, length);
            var words = outTo.Slice(start, length);
            for (var i = 0; i < length; i++)
            {
                words[i] = staged.To(row[i]) | (followed.Contains(row[i]) ? 0 : CompactLinks.Idle);
            }

            words.Sort(row);
            for (var i = 0; i < length; i++)
            {
                outMeta[start + i] = staged.Meta(row[i]);
            }
        }
    }

    private static (SparseTicks From, SparseTicks Until) Validities(StagedLinks staged, NativeBuffer<uint> order)
    {
        var bits = new NativeBuffer<ulong>((staged.Count + 63) / 64);
        foreach (var (link, _, _) in staged.Validities)
        {
            bits[link >> 6] |= 1UL << (int)(link & 63);
        }

        var places = new RankedBits(bits);
        var (from, until) = (new SparseTicksBuilder(order.Length, long.MinValue), new SparseTicksBuilder(order.Length, long.MaxValue));
        for (var position = 0L; position < order.Length; position++)
        {
            if (places.Place(order[position]) is >= 0 and var place)
            {
                from.Add(position, staged.Validities[(int)place].From);
                until.Add(position, staged.Validities[(int)place].Until);
            }
        }

        return (from.Built(), until.Built());
    }

    private static NativeBuffer<uint> ReverseRows(
        NativeBuffer<uint> outStart, NativeBuffer<uint> outTo, NativeBuffer<uint> inStart, int nodeCount)
    {
        var next = new NativeBuffer<uint>(inStart.Length);
        for (var row = 0L; row < inStart.Length; row++)
        {
            next[row] = inStart[row];
        }

        // Sources are walked in order, so each half of a row comes out sorted; the followed half is placed first.
        var inFrom = new NativeBuffer<uint>(outTo.Length);
        foreach (var idle in (ReadOnlySpan<uint>)[0, CompactLinks.Idle])
        {
            for (var node = 0L; node < nodeCount; node++)
            {
                for (var i = outStart[node]; i < outStart[node + 1]; i++)
                {
                    if ((outTo[i] & CompactLinks.Idle) == idle)
                    {
                        inFrom[next[RowOf(outTo[i], nodeCount)]++] = (uint)node | idle;
                    }
                }
            }
        }

        return inFrom;
    }
}
