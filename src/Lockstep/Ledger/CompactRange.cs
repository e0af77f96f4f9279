using System.Numerics;

namespace Lockstep.Ledger;

/// <summary>The least that must be kept of a tree to append to it and know its root: one hash for each bit set in its size.</summary>
/// <remarks>
/// Append costs one leaf hash and, amortised, one node hash; at worst log2(size). The root costs at most log2(size). At most
/// 63 hashes are kept, so a reader can verify a ledger of any length in constant memory.
/// </remarks>
/// <threadsafety>Not safe; one owner.</threadsafety>
public sealed class CompactRange
{
    private readonly MerkleHash[] _peaks = new MerkleHash[63];

    /// <summary>Gets how many entries have been appended.</summary>
    public long Size { get; private set; }

    /// <summary>Gets the root over all of them.</summary>
    public MerkleHash Root
    {
        get
        {
            MerkleHash? root = null;
            for (var peak = BitOperations.PopCount((ulong)Size) - 1; peak >= 0; peak--)
            {
                root = root is { } right ? Rfc6962.Node(_peaks[peak], right) : _peaks[peak];
            }

            return root ?? Rfc6962.EmptyRoot;
        }
    }

    /// <summary>Appends one entry's exact bytes and returns its leaf hash.</summary>
    public MerkleHash Append(ReadOnlySpan<byte> entry)
    {
        var leaf = Rfc6962.Leaf(entry);
        Append(leaf);
        return leaf;
    }

    internal void Append(MerkleHash leaf)
    {
        var count = BitOperations.PopCount((ulong)Size);
        for (var carry = Size; (carry & 1) == 1; carry >>= 1)
        {
            leaf = Rfc6962.Node(_peaks[--count], leaf);
        }

        _peaks[count] = leaf;
        Size++;
    }
}
