using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lockstep.Graph.Compact;

/// <summary>A fixed set of small numbers, one bit each.</summary>
/// <threadsafety><see cref="SetShared"/> and <see cref="Contains"/> are safe together; the rest is for one thread.</threadsafety>
internal sealed class BitSet(long length)
{
    private readonly NativeBuffer<ulong> _words = new((length + 63) / 64);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(long bit) => (_words[bit >> 6] >> (int)(bit & 63) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(long bit) => _words[bit >> 6] |= 1UL << (int)(bit & 63);

    /// <summary>Adds, and gives 1 if it was not there, otherwise 0: a caller counts up by it without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(long bit)
    {
        unchecked
        {
            ref var word = ref _words[bit >> 6];
            var shift = (int)(bit & 63);
            var isNew = (int)(~(word >> shift) & 1);
            word |= 1UL << shift;
            return isNew;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear(long bit) => _words[bit >> 6] &= ~(1UL << (int)(bit & 63));

    /// <summary>Takes out all of <paramref name="members"/>, which must be all there are, by their low 30 bits.</summary>
    public void Forget(ReadOnlySpan<uint> members)
    {
        if (members.Length > _words.Length / 16)
        {
            _words.Clear();
            return;
        }

        foreach (var member in members)
        {
            _words[(member & (PermitTable.Bit - 1)) >> 6] = 0;
        }
    }

    /// <summary>Adds while others read and add.</summary>
    public void SetShared(long bit) => Interlocked.Or(ref _words[bit >> 6], 1UL << (int)(bit & 63));

    /// <summary>Lists the members, ascending. What is added meanwhile may be missing.</summary>
    public IEnumerable<long> Members()
    {
        for (var at = 0L; at < _words.Length; at++)
        {
            for (var word = Volatile.Read(ref _words[at]); word != 0; word &= word - 1)
            {
                yield return (at << 6) + BitOperations.TrailingZeroCount(word);
            }
        }
    }
}
