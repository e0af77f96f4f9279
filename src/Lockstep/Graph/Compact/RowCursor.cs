namespace Lockstep.Graph.Compact;

/// <summary>Walks the frozen row of a node, with the validity of each link.</summary>
internal ref struct RowCursor
{
    private readonly CompactLinks _links;
    private readonly uint _end;
    private uint _next;

    public RowCursor(CompactLinks links, uint node)
    {
        _links = links;
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
            (From, Until) = _links.ValidityOf(_next);
        }

        _next++;
        return true;
    }

    public readonly bool IsSameAs(in RowCursor other) =>
        Raw == other.Raw && LinkMeta.Kind(Meta) == LinkMeta.Kind(other.Meta) && From == other.From && Until == other.Until;

    /// <summary>Orders links of the same word, so that two rows that hold the same are walked alike.</summary>
    public readonly bool IsBefore(in RowCursor other) =>
        (LinkMeta.Kind(Meta), From, Until).CompareTo((LinkMeta.Kind(other.Meta), other.From, other.Until)) < 0;
}
