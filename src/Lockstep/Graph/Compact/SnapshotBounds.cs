namespace Lockstep.Graph.Compact;

/// <summary>Holds what was read to the invariants that searches rely on without looking again.</summary>
internal static class SnapshotBounds
{
    private const int KindMax = (int)LinkKind.Owns;

    /// <summary>Refuses links that would lead a search outside its buffers. One pass. O(links).</summary>
    /// <exception cref="InvalidDataException">An invariant does not hold.</exception>
    public static void Hold(CompactLinks links, PermitTable permits, int evidenceCount)
    {
        HoldStarts(links.OutStart, links.LinkCount);
        HoldStarts(links.InStart, links.LinkCount);
        HoldRows(links);
        for (var link = 0L; link < links.LinkCount; link++)
        {
            HoldWord(links, links.OutTo[link] & ~CompactLinks.Idle, links.OutMeta[link], evidenceCount);
            Require((links.InFrom[link] & ~CompactLinks.Idle) < (uint)links.NodeCount, "a link comes from nowhere");
        }

        HoldTicks(links, links.ValidFrom);
        HoldTicks(links, links.ValidUntil);
        for (var permit = links.LeafPermit; permit < links.PermitCount; permit++)
        {
            var resource = permits.Resource(permit);
            Require(links.OutStart[resource] == links.OutStart[resource + 1L], "a permit that should lead nowhere leads on");
        }
    }

    private static void HoldTicks(CompactLinks links, SparseTicks ticks)
    {
        foreach (var link in ticks.Within(long.MinValue, long.MaxValue))
        {
            Require(link < links.LinkCount && LinkMeta.HasValidity(links.OutMeta[link]), "a validity belongs to no link");
        }
    }

    private static void HoldStarts(NativeBuffer<uint> starts, long linkCount)
    {
        Require(starts[0] == 0 && starts[starts.Length - 1] == linkCount, "the rows do not cover the links");
        for (var row = 1L; row < starts.Length; row++)
        {
            Require(starts[row - 1] <= starts[row], "the rows are out of order");
        }
    }

    /// <summary>INVARIANT (sorted-rows), forward: a binary search relies on it.</summary>
    private static void HoldRows(CompactLinks links)
    {
        for (var node = 0L; node < links.NodeCount; node++)
        {
            for (var link = links.OutStart[node] + 1L; link < links.OutStart[node + 1]; link++)
            {
                Require(links.OutTo[link - 1] <= links.OutTo[link], "a row is not sorted");
            }
        }
    }

    private static void HoldWord(CompactLinks links, uint word, uint meta, int evidenceCount)
    {
        var isPermit = (word & PermitTable.Bit) != 0;
        var end = isPermit ? links.PermitCount : links.NodeCount;
        var kind = LinkMeta.Kind(meta);
        Require((word & ~PermitTable.Bit) < (uint)end, "a link leads nowhere");
        Require(kind <= KindMax && isPermit == ((LinkKind)kind is LinkKind.Permits or LinkKind.Reads), "a link's kind does not fit");
        Require(LinkMeta.Evidence(meta) < evidenceCount, "a link has no evidence");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem);
        }
    }
}
