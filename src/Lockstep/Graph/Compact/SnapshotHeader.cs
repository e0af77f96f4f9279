namespace Lockstep.Graph.Compact;

/// <summary>The numbers at a snapshot's beginning: every length that follows, so that none is believed before all fit the stream.</summary>
internal sealed record SnapshotHeader(
    long Through, long FrozenAt, long Nodes, long Permits, long LeafPermit, long Links, long Froms, long Untils,
    long TextLength, long Slots, long TailLength)
{
    public const int NumberCount = 13;

    // "LSGRAPH1" as little-endian text; another beginning is another kind of file.
    private const long Magic = 0x3148504152475342;
    private const int SumLength = 8;
    private const int SectionCount = 14;

    public uint Format { get; private init; } = GraphSnapshot.Format;

    public static SnapshotHeader From(ReadOnlySpan<long> numbers) => numbers[0] != Magic
        ? throw new InvalidDataException("it does not begin as a graph snapshot does")
        : new SnapshotHeader(
            numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7], numbers[8], numbers[9], numbers[10],
            numbers[11], numbers[12])
        {
            Format = unchecked((uint)numbers[1]),
        };

    public long[] ToNumbers() =>
        [Magic, Format, Through, FrozenAt, Nodes, Permits, LeafPermit, Links, Froms, Untils, TextLength, Slots, TailLength];

    /// <summary>Refuses lengths that are out of range or do not add up to the stream's.</summary>
    public void HoldTo(long streamLength)
    {
        var isInRange = Nodes is >= 0 and < PermitTable.Bit
            && Permits is >= 0 and < PermitTable.Bit
            && Links is >= 0 and < uint.MaxValue
            && LeafPermit >= 0 && LeafPermit <= Permits
            && Froms >= 0 && Froms <= Links
            && Untils >= 0 && Untils <= Links
            && TextLength >= 0 && TextLength <= Array.MaxLength
            && Slots >= 0 && Slots <= Array.MaxLength
            && TailLength >= 0 && TailLength <= Array.MaxLength;
        if (!isInRange || Length != streamLength)
        {
            throw new InvalidDataException($"its lengths do not add up to its {streamLength} bytes");
        }
    }

    private long Length => (NumberCount * 8L)
        + (4 * ((Nodes + 1) + (2 * Links) + (Nodes + Permits + 1) + Links + Nodes + Slots))
        + (8 * (Froms + Untils + (2 * ((Links + 63) / 64))))
        + TextLength + TailLength + (SectionCount * SumLength);
}
