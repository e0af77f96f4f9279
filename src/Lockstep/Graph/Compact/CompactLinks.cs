namespace Lockstep.Graph.Compact;

/// <summary>
/// The frozen bulk of the graph: links in rows by source (forward) and by target (reverse), 4 bytes of neighbour each, 4 bytes of
/// <see cref="LinkMeta"/> on the forward side, and a side table for the few links that have a validity.
/// </summary>
/// <remarks>
/// INVARIANT (sorted-rows): a neighbour's top bit is set where the link is not followed at <see cref="FrozenAt"/> (not access, not
/// valid, or into a disabled node); each row is sorted by the raw word, so the followed links come first, a scan of the present stops at
/// the first marked word, and any neighbour is found by binary search.
/// INVARIANT (leaf-last): permits are numbered so that those whose resource leads on come before those whose does not, each kind by
/// resource: a search for access never looks at the resource of a leaf, and what lies together in an application lies together here.
/// Frozen: changes live in <see cref="LinkOverlay"/>, and passing time marks rows as to be read with care.
/// </remarks>
/// <threadsafety>Immutable once built.</threadsafety>
internal sealed class CompactLinks
{
    /// <summary>Marks a link that is not followed at the frozen instant.</summary>
    public const uint Idle = 1u << 31;

    public required int NodeCount { get; init; }

    public required int PermitCount { get; init; }

    public required long FrozenAt { get; init; }

    public required NativeBuffer<uint> OutStart { get; init; }

    public required NativeBuffer<uint> OutTo { get; init; }

    public required NativeBuffer<uint> OutMeta { get; init; }

    /// <summary>Gets where each reverse row starts: the nodes, then the permits.</summary>
    public required NativeBuffer<uint> InStart { get; init; }

    public required NativeBuffer<uint> InFrom { get; init; }

    /// <summary>Gets the first tick of each link that has one.</summary>
    public required SparseTicks ValidFrom { get; init; }

    /// <summary>Gets the first tick after each link that has one.</summary>
    public required SparseTicks ValidUntil { get; init; }

    /// <summary>Gets the first permit that leads nowhere: no link leaves its resource. All before it lead on, all after it do not.</summary>
    public required int LeafPermit { get; init; }

    public long LinkCount => OutTo.Length;

    public long Bytes => OutStart.Bytes + OutTo.Bytes + OutMeta.Bytes + InStart.Bytes + InFrom.Bytes
        + ValidFrom.Bytes + ValidUntil.Bytes;

    /// <summary>Gets the source of a forward position. O(log nodes).</summary>
    public uint SourceOf(uint link)
    {
        var (low, high) = (0L, (long)NodeCount);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = OutStart[middle] <= link ? (middle, high) : (low, middle);
        }

        return (uint)low;
    }

    /// <summary>Gets the forward positions of the links from one node to another: at most two runs, followed and idle.</summary>
    public (uint Start, uint End) Between(uint from, uint to, bool idle)
    {
        if (from >= (uint)NodeCount)
        {
            return (0, 0);
        }

        var word = idle ? to | Idle : to;
        var start = LowerBound(OutTo, OutStart[from], OutStart[from + 1], word);
        var end = start;
        while (end < OutStart[from + 1] && OutTo[end] == word)
        {
            end++;
        }

        return (start, end);
    }

    /// <summary>Gets the validity of a forward position that has one.</summary>
    public (long From, long Until) ValidityOf(uint link) => (ValidFrom.At(link, long.MinValue), ValidUntil.At(link, long.MaxValue));

    private static uint LowerBound(NativeBuffer<uint> sorted, uint start, uint end, uint word)
    {
        while (start < end)
        {
            var middle = start + ((end - start) / 2);
            if (sorted[middle] < word)
            {
                start = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return start;
    }
}
