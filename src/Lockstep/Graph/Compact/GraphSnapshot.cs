namespace Lockstep.Graph.Compact;

/// <summary>What reading a snapshot gave. Closed: these three and no others.</summary>
public abstract record SnapshotAnswer
{
    private SnapshotAnswer()
    {
    }

    /// <summary>The graph as it was written.</summary>
    /// <param name="Store">The store, ready for the changes after <paramref name="Through"/>.</param>
    /// <param name="Through">The position in the ledger that its writer gave: what comes after it is still to be applied.</param>
    public sealed record Loaded(CompactGraphStore Store, long Through) : SnapshotAnswer;

    /// <summary>Another version of Lockstep wrote it (LS5003): build from the ledger and write it anew.</summary>
    public sealed record OtherFormat(uint Format) : SnapshotAnswer
    {
        /// <summary>Gets what to tell an operator.</summary>
        public string Message => $"LS5003 the graph snapshot has format {Format}, not {GraphSnapshot.Format}; it is built anew from the ledger";
    }

    /// <summary>It is not what was written (LS5002): build from the ledger and write it anew.</summary>
    /// <param name="Problem">What is wrong, for an operator.</param>
    public sealed record Damaged(string Problem) : SnapshotAnswer
    {
        /// <summary>Gets what to tell an operator.</summary>
        public string Message => $"LS5002 the graph snapshot is damaged: {Problem}; it is built anew from the ledger";
    }
}

/// <summary>
/// Writes the graph to a stream as it stands in memory and reads it back at the speed of the disk. Little-endian; a header with every
/// length, then sections, each with a checksum.
/// </summary>
/// <remarks>
/// A snapshot is derived and may be thrown away. The checksum finds damage, not malice; so that malice too stays inside the buffers,
/// every length is held against the stream's before memory is taken, and every number against its table before a question is answered.
/// </remarks>
public static class GraphSnapshot
{
    /// <summary>The format this version writes and the only one it reads.</summary>
    public const uint Format = 2;

    /// <summary>Writes the newest picture. For the store's writer, between two changes; readers are not held up.</summary>
    /// <param name="store">What to write; its changes are folded in first.</param>
    /// <param name="to">A stream at the snapshot's beginning. The caller flushes it to disk and renames.</param>
    /// <param name="through">The position in the ledger up to which the store has taken in everything.</param>
    /// <param name="now">The present instant (UTC).</param>
    public static void Write(CompactGraphStore store, Stream to, long through, DateTimeOffset now)
    {
        var frame = store.Fold(now);
        var links = frame.Links;
        var (text, textLength, ends, slots) = frame.Nodes.Parts;
        var tail = SnapshotTail.Write(frame);
        var sections = new SectionWriter(to);
        sections.Write<long>(new SnapshotHeader(
            through, links.FrozenAt, links.NodeCount, links.PermitCount, links.LeafPermit, links.LinkCount,
            links.ValidFrom.Ticks.Length, links.ValidUntil.Ticks.Length, textLength, slots.Length, tail.Length).ToNumbers());
        sections.Write(links.OutStart);
        sections.Write(links.OutTo);
        sections.Write(links.OutMeta);
        sections.Write(links.InStart);
        sections.Write(links.InFrom);
        sections.Write(links.ValidFrom.Bits);
        sections.Write(links.ValidFrom.Ticks);
        sections.Write(links.ValidUntil.Bits);
        sections.Write(links.ValidUntil.Ticks);
        sections.Write(text, textLength);
        sections.Write(ends, links.NodeCount);
        sections.Write(slots);
        sections.Write<byte>(tail);
    }

    /// <summary>Reads a snapshot. Damage is a value, never an exception.</summary>
    /// <param name="from">A seekable stream that begins and ends with the snapshot.</param>
    /// <param name="now">The present instant (UTC), for which questions will be fastest.</param>
    public static SnapshotAnswer Read(Stream from, DateTimeOffset now)
    {
        try
        {
            return ReadWhole(from, now);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            return new SnapshotAnswer.Damaged(e.Message);
        }
    }

    private static SnapshotAnswer ReadWhole(Stream from, DateTimeOffset now)
    {
        var sections = new SectionReader(from);
        var header = SnapshotHeader.From(sections.ReadNumbers(SnapshotHeader.NumberCount));
        if (header.Format != Format)
        {
            return new SnapshotAnswer.OtherFormat(header.Format);
        }

        header.HoldTo(from.Length);
        var links = new CompactLinks
        {
            NodeCount = (int)header.Nodes,
            PermitCount = (int)header.Permits,
            LeafPermit = (int)header.LeafPermit,
            FrozenAt = header.FrozenAt,
            OutStart = sections.ReadBuffer<uint>(header.Nodes + 1),
            OutTo = sections.ReadBuffer<uint>(header.Links),
            OutMeta = sections.ReadBuffer<uint>(header.Links),
            InStart = sections.ReadBuffer<uint>(header.Nodes + header.Permits + 1),
            InFrom = sections.ReadBuffer<uint>(header.Links),
            ValidFrom = ReadTicks(sections, header.Links, header.Froms),
            ValidUntil = ReadTicks(sections, header.Links, header.Untils),
        };
        var nodes = new NodeTable(
            sections.ReadBuffer<byte>(header.TextLength), sections.ReadBuffer<uint>(header.Nodes), sections.ReadBuffer<int>(header.Slots));
        var (permits, evidence, states) = SnapshotTail.Read(sections.ReadArray<byte>(header.TailLength), header);
        SnapshotBounds.Hold(links, permits, evidence.Count);
        var frame = new GraphFrame(links, 0, nodes, permits, evidence, states);
        return new SnapshotAnswer.Loaded(new CompactGraphStore(frame, now), header.Through);
    }

    private static SparseTicks ReadTicks(SectionReader sections, long links, long ticks) =>
        new(sections.ReadBuffer<ulong>((links + 63) / 64), sections.ReadBuffer<long>(ticks));
}
