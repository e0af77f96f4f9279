using System.Collections.Immutable;
using System.Numerics;

namespace Lockstep.Ledger;

/// <summary>A Merkle tree of RFC 6962 over all entries, which can prove anything about them.</summary>
/// <remarks>
/// Holds the hash of every complete subtree: about 64 bytes for each entry, so 64 MB for a million. Append costs one node hash
/// amortised; a root or a proof O(log size). Rebuilding after a restart costs one leaf hash and one node hash for each entry.
/// </remarks>
/// <threadsafety>Not safe; its owner guards it.</threadsafety>
public sealed class MerkleTree
{
    // _levels[l][i] is the hash over the entries from i * 2^l up to (i + 1) * 2^l.
    private readonly List<List<MerkleHash>> _levels = [[]];

    /// <summary>Gets how many entries the tree covers.</summary>
    public long Size => _levels[0].Count;

    /// <summary>Appends one entry's exact bytes and returns its leaf hash.</summary>
    public MerkleHash Append(ReadOnlySpan<byte> entry)
    {
        var leaf = Rfc6962.Leaf(entry);
        Append(leaf);
        return leaf;
    }

    /// <summary>Gives the root over the first <paramref name="size"/> entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to <see cref="Size"/>.</exception>
    public MerkleHash Root(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return size == 0 ? Rfc6962.EmptyRoot : Over(0, size);
    }

    /// <summary>Proves the entry at <paramref name="index"/> in the tree of the first <paramref name="size"/> entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt;= index &lt; size &lt;= <see cref="Size"/>.</exception>
    public InclusionProof ProveInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);

        var hashes = new List<MerkleHash>();
        for (var (from, to) = (0L, size); to - from > 1;)
        {
            var middle = from + LargestPowerBelow(to - from);
            hashes.Add(index < middle ? Over(middle, to) : Over(from, middle));
            (from, to) = index < middle ? (from, middle) : (middle, to);
        }

        return new(index, size, FromLeafToRoot(hashes));
    }

    /// <summary>
    /// Proves that the tree of <paramref name="oldSize"/> entries is the beginning of that of <paramref name="newSize"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt;= oldSize &lt;= newSize &lt;= <see cref="Size"/>.</exception>
    public ConsistencyProof ProveConsistency(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newSize, Size);
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);

        var hashes = new List<MerkleHash>();
        var from = 0L;
        var to = newSize;
        while (oldSize != 0 && oldSize != to)
        {
            var middle = from + LargestPowerBelow(to - from);
            if (oldSize <= middle)
            {
                hashes.Add(Over(middle, to));
                to = middle;
            }
            else
            {
                hashes.Add(Over(from, middle));
                from = middle;
            }
        }

        // Whoever checks knows the old root; only if the walk ended inside it must the subtree be given.
        if (from != 0)
        {
            hashes.Add(Over(from, to));
        }

        return new(oldSize, newSize, FromLeafToRoot(hashes));
    }

    internal void Append(MerkleHash leaf)
    {
        _levels[0].Add(leaf);
        for (var level = 0; _levels[level].Count % 2 == 0; level++)
        {
            if (level + 1 == _levels.Count)
            {
                _levels.Add([]);
            }

            var nodes = _levels[level];
            _levels[level + 1].Add(Rfc6962.Node(nodes[^2], nodes[^1]));
        }
    }

    /// <summary>Gives the hash of the complete subtree <paramref name="index"/> at <paramref name="level"/>, for tiles.</summary>
    internal MerkleHash Complete(int level, long index) => _levels[level][(int)index];

    // The hash over [from, to), where from is a multiple of a power of two that is at least to - from: every subtree of RFC 6962.
    private MerkleHash Over(long from, long to)
    {
        MerkleHash? hash = null;
        for (var rest = to - from; rest != 0; rest &= rest - 1)
        {
            var level = BitOperations.TrailingZeroCount(rest);
            var left = Complete(level, (from + (rest & (rest - 1))) >> level);
            hash = hash is { } right ? Rfc6962.Node(left, right) : left;
        }

        return hash ?? Rfc6962.EmptyRoot;
    }

    private static long LargestPowerBelow(long count) => 1L << BitOperations.Log2((ulong)(count - 1));

    private static ImmutableArray<MerkleHash> FromLeafToRoot(List<MerkleHash> hashes)
    {
        hashes.Reverse();
        return [.. hashes];
    }
}
