using System.Numerics;

namespace Lockstep.Graph.Compact;

/// <summary>A bit a link, and a count every 512 links: says which links have something, and the how-manieth each of them is.</summary>
/// <remarks>An eighth of a byte a link; found without a search: a line of bits and a count.</remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class RankedBits
{
    private const int WordsPerBlock = 8;
    private readonly NativeBuffer<uint> _before;

    /// <summary>Takes the buffer over.</summary>
    public RankedBits(NativeBuffer<ulong> bits)
    {
        Bits = bits;
        _before = new((bits.Length / WordsPerBlock) + 1);
        for (var word = 0L; word < bits.Length; word++)
        {
            if (word % WordsPerBlock == 0)
            {
                _before[word / WordsPerBlock] = (uint)Count;
            }

            Count += BitOperations.PopCount(bits[word]);
        }
    }

    public NativeBuffer<ulong> Bits { get; }

    /// <summary>Gets how many bits are set.</summary>
    public long Count { get; }

    public long Bytes => Bits.Bytes + _before.Bytes;

    /// <summary>Gives how many set bits are before a link's, or -1 if its own is not set.</summary>
    public long Place(uint link)
    {
        long last = link >> 6;
        var bit = 1UL << (int)(link & 63);
        var bits = Bits[last];
        if ((bits & bit) == 0)
        {
            return -1;
        }

        var block = last / WordsPerBlock;
        long place = _before[block] + (uint)BitOperations.PopCount(bits & (bit - 1));
        for (var word = block * WordsPerBlock; word < last; word++)
        {
            place += BitOperations.PopCount(Bits[word]);
        }

        return place;
    }

    /// <summary>Lists the links whose bits are set, ascending.</summary>
    public IEnumerable<uint> Links()
    {
        for (var word = 0L; word < Bits.Length; word++)
        {
            for (var bits = Bits[word]; bits != 0; bits &= bits - 1)
            {
                yield return (uint)((word << 6) + BitOperations.TrailingZeroCount(bits));
            }
        }
    }
}
