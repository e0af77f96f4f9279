namespace Lockstep.Ledger;

/// <summary>The two hash functions of RFC 6962: a leaf and an inner node can never be taken for each other.</summary>
internal static class Rfc6962
{
    /// <summary>The root of the tree without entries: SHA-256 of nothing.</summary>
    public static MerkleHash EmptyRoot { get; } =
        new(Convert.FromHexString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));

    /// <summary>Hashes an entry: SHA-256 of <c>00</c> and its bytes.</summary>
    public static MerkleHash Leaf(ReadOnlySpan<byte> entry)
    {
        Span<byte> hash = stackalloc byte[MerkleHash.Length];
        LibCrypto.Sha256(0x00, entry, hash);
        return new(hash);
    }

    /// <summary>Joins two subtrees: SHA-256 of <c>01</c>, the left and the right hash.</summary>
    public static MerkleHash Node(in MerkleHash left, in MerkleHash right)
    {
        Span<byte> pair = stackalloc byte[2 * MerkleHash.Length];
        Span<byte> hash = stackalloc byte[MerkleHash.Length];
        left.CopyTo(pair);
        right.CopyTo(pair[MerkleHash.Length..]);
        LibCrypto.Sha256(0x01, pair, hash);
        return new(hash);
    }
}
