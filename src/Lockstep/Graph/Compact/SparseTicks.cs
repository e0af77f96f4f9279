namespace Lockstep.Graph.Compact;

/// <summary>An instant for those links that have one.</summary>
/// <remarks>8 bytes an instant and an eighth of a byte a link; found without a search.</remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class SparseTicks
{
    private readonly RankedBits _links;

    /// <summary>Takes both buffers over.</summary>
    /// <param name="bits">A bit a link.</param>
    /// <param name="ticks">The instants in the order of the links, in UTC ticks.</param>
    /// <exception cref="InvalidDataException">There are not as many instants as bits.</exception>
    public SparseTicks(NativeBuffer<ulong> bits, NativeBuffer<long> ticks)
    {
        (_links, Ticks) = (new(bits), ticks);
        if (_links.Count != ticks.Length)
        {
            throw new InvalidDataException("validities are missing");
        }
    }

    public NativeBuffer<ulong> Bits => _links.Bits;

    public NativeBuffer<long> Ticks { get; }

    public long Bytes => _links.Bytes + Ticks.Bytes;

    /// <summary>Gets a link's instant, or <paramref name="otherwise"/> if it has none.</summary>
    public long At(uint link, long otherwise) => _links.Place(link) is >= 0 and var place ? Ticks[place] : otherwise;

    /// <summary>Lists the links whose instant lies between two, both included. One pass over the instants.</summary>
    public IEnumerable<uint> Within(long from, long until)
    {
        var place = 0L;
        foreach (var link in _links.Links())
        {
            var tick = Ticks[place++];
            if (from <= tick && tick <= until)
            {
                yield return link;
            }
        }
    }
}

/// <summary>Gathers instants link by link, in the order of the links.</summary>
/// <param name="linkCount">How many links there are.</param>
/// <param name="none">The instant that stands for none.</param>
internal sealed class SparseTicksBuilder(long linkCount, long none)
{
    private readonly NativeBuffer<ulong> _bits = new((linkCount + 63) / 64);
    private NativeBuffer<long> _ticks = new(1024, cleared: false);
    private long _count;

    public void Add(long link, long tick)
    {
        if (tick == none)
        {
            return;
        }

        if (_count == _ticks.Length)
        {
            _ticks = _ticks.Grown(_count * 2);
        }

        _bits[link >> 6] |= 1UL << (int)(link & 63);
        _ticks[_count++] = tick;
    }

    public SparseTicks Built() => new(_bits, _ticks.First(_count));
}
