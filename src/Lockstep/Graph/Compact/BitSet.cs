using System.Runtime.CompilerServices;

namespace Lockstep.Graph.Compact;

/// <summary>A fixed set of small numbers, one bit each.</summary>
/// <threadsafety><see cref="SetShared"/> and <see cref="Contains"/> are safe together; the rest is for one thread.</threadsafety>
internal sealed class BitSet(long length)
{
    private readonly ulong[] _words = new ulong[(length + 63) / 64];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(long bit) => (_words[bit >> 6] >> (int)(bit & 63) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(long bit) => _words[bit >> 6] |= 1UL << (int)(bit & 63);

    /// <summary>Adds, and says whether it was not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Add(long bit)
    {
        ref var word = ref _words[bit >> 6];
        var mask = 1UL << (int)(bit & 63);
        if ((word & mask) != 0)
        {
            return false;
        }

        word |= mask;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear(long bit) => _words[bit >> 6] &= ~(1UL << (int)(bit & 63));

    /// <summary>Adds while others read and add.</summary>
    public void SetShared(long bit) => Interlocked.Or(ref _words[bit >> 6], 1UL << (int)(bit & 63));
}
