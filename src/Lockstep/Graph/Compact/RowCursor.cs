namespace Lockstep.Graph.Compact;

/// <summary>Walks the frozen row of a node, with the validity of each link.</summary>
internal ref struct RowCursor
{
    private readonly CompactLinks _links;
    private readonly uint _end;
    private uint _next;
    private long _validity;

    public RowCursor(CompactLinks links, uint node)
    {
        (_links, _validity) = (links, -1);
        (_next, _end) = node < (uint)links.NodeCount ? (links.OutStart[node], links.OutStart[node + 1L]) : (0, 0);
    }

    /// <summary>Gets a value indicating whether there is a link here.</summary>
    public bool IsAtLink { get; private set; }

    /// <summary>Gets the word as it is sorted by: those that are not followed come last.</summary>
    public uint Raw { get; private set; }

    public uint Meta { get; private set; }

    public long From { get; private set; }

    public long Until { get; private set; }

    public readonly RowLink Link => new(Raw & ~CompactLinks.Idle, LinkMeta.Kind(Meta), From, Until);

    /// <summary>Says whether a row of some links has a link, wherever it lies in it.</summary>
    public static bool Contains(CompactLinks links, uint node, RowLink link)
    {
        foreach (var idle in (ReadOnlySpan<bool>)[false, true])
        {
            var (start, end) = links.Between(node, link.Word, idle);
            for (var other = start; other < end; other++)
            {
                var meta = links.OutMeta[other];
                var (from, until) = LinkMeta.HasValidity(meta) ? links.ValidityOf(other) : (long.MinValue, long.MaxValue);
                if (LinkMeta.Kind(meta) == link.Kind && from == link.From && until == link.Until)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Goes to the next link, if there is one.</summary>
    public bool Next()
    {
        IsAtLink = _next < _end;
        if (!IsAtLink)
        {
            return false;
        }

        (Raw, Meta, From, Until) = (_links.OutTo[_next], _links.OutMeta[_next], long.MinValue, long.MaxValue);
        if (LinkMeta.HasValidity(Meta))
        {
            // Found once a row; from there on the row's validities follow each other as its links do.
            _validity = _validity < 0 ? FirstValidity(_links.ValidityLink, _next) : _validity + 1;
            (From, Until) = (_links.ValidityFrom[_validity], _links.ValidityUntil[_validity]);
        }

        _next++;
        return true;
    }

    public readonly bool IsSameAs(in RowCursor other) =>
        Raw == other.Raw && LinkMeta.Kind(Meta) == LinkMeta.Kind(other.Meta) && From == other.From && Until == other.Until;

    /// <summary>Orders links of the same word, so that two rows that hold the same are walked alike.</summary>
    public readonly bool IsBefore(in RowCursor other) =>
        (LinkMeta.Kind(Meta), From, Until).CompareTo((LinkMeta.Kind(other.Meta), other.From, other.Until)) < 0;

    private static long FirstValidity(NativeBuffer<uint> positions, uint position)
    {
        var (low, high) = (0L, positions.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = positions[middle] < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
