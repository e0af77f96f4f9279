namespace Lockstep.Graph.Compact;

/// <summary>Links on their way into <see cref="CompactLinks"/>, in any order: 12 bytes each, 24 more for one with a validity.</summary>
internal sealed class StagedLinks
{
    private const int ChunkBits = 14;
    private const int ChunkSize = 1 << ChunkBits;
    private readonly List<uint[]> _from = [];
    private readonly List<uint[]> _to = [];
    private readonly List<uint[]> _meta = [];
    private readonly List<(uint Link, long From, long Until)> _validity = [];

    public long Count { get; private set; }

    /// <summary>Gets the validities by staged position, ascending.</summary>
    public IReadOnlyList<(uint Link, long From, long Until)> Validities => _validity;

    public void Add(int from, int to, int kind, int evidence, Validity validity)
    {
        var hasValidity = validity != Validity.Always;
        Add((uint)from, (uint)to, LinkMeta.Pack(kind, evidence, hasValidity), Ticks.From(validity), Ticks.Until(validity));
    }

    public void Add(uint from, uint to, uint meta, long validFrom, long validUntil)
    {
        var at = (int)(Count & (ChunkSize - 1));
        if (at == 0)
        {
            _from.Add(new uint[ChunkSize]);
            _to.Add(new uint[ChunkSize]);
            _meta.Add(new uint[ChunkSize]);
        }

        if (LinkMeta.HasValidity(meta))
        {
            _validity.Add((checked((uint)Count), validFrom, validUntil));
        }

        _from[^1][at] = from;
        _to[^1][at] = to;
        _meta[^1][at] = meta;
        Count++;
    }

    /// <summary>Gives the permits among the targets new numbers.</summary>
    public void Renumber(ReadOnlySpan<int> permits)
    {
        foreach (var chunk in _to)
        {
            foreach (ref var word in chunk.AsSpan())
            {
                word = (word & PermitTable.Bit) == 0 ? word : (uint)permits[(int)(word & ~PermitTable.Bit)] | PermitTable.Bit;
            }
        }
    }

    /// <summary>Copies the links whose positions are not in a set.</summary>
    public StagedLinks Without(BitSet dropped)
    {
        var rest = new StagedLinks();
        var validity = 0;
        for (var i = 0L; i < Count; i++)
        {
            var hasValidity = LinkMeta.HasValidity(Meta(i));
            if (!dropped.Contains(i))
            {
                var (_, from, until) = hasValidity ? _validity[validity] : default;
                rest.Add(From(i), To(i), Meta(i), from, until);
            }

            validity += hasValidity ? 1 : 0;
        }

        return rest;
    }

    public uint From(long link) => _from[(int)(link >> ChunkBits)][link & (ChunkSize - 1)];

    public uint To(long link) => _to[(int)(link >> ChunkBits)][link & (ChunkSize - 1)];

    public uint Meta(long link) => _meta[(int)(link >> ChunkBits)][link & (ChunkSize - 1)];
}

/// <summary>Instants as the engine keeps them: UTC ticks (100 ns), open ends at the extremes.</summary>
internal static class Ticks
{
    public static long From(Validity validity) => validity.From?.UtcTicks ?? long.MinValue;

    public static long Until(Validity validity) => validity.Until?.UtcTicks ?? long.MaxValue;

    public static Validity ToValidity(long from, long until) => new(
        from == long.MinValue ? null : new DateTimeOffset(from, TimeSpan.Zero),
        until == long.MaxValue ? null : new DateTimeOffset(until, TimeSpan.Zero));
}
