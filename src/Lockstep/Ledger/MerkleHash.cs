using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lockstep.Ledger;

/// <summary>
/// One SHA-256 hash of the ledger's Merkle tree: 32 bytes, carried by value so that a tree of millions allocates nothing.
/// </summary>
/// <remarks>The default is 32 zero bytes, a valid value that no entry hashes to in practice.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MerkleHash
{
    /// <summary>The length of a hash in bytes: 32.</summary>
    public const int Length = 32;

    // Four words and not a byte array: compared and copied without a loop. Their order in memory is the order of the bytes.
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Copies a hash from its bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> are not exactly 32.</exception>
    public MerkleHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"a hash has {Length} bytes, not {bytes.Length}", nameof(bytes));
        }

        this = MemoryMarshal.Read<MerkleHash>(bytes);
    }

    /// <summary>Reads a hash from base64 as checkpoints and proofs write it.</summary>
    public static bool TryParse(ReadOnlySpan<char> base64, out MerkleHash hash)
    {
        Span<byte> bytes = stackalloc byte[Length + 1];
        if (base64.Length == 44 && Convert.TryFromBase64Chars(base64, bytes, out var count) && count == Length)
        {
            hash = new(bytes[..Length]);
            return hash.ToString().AsSpan().SequenceEqual(base64);
        }

        hash = default;
        return false;
    }

    /// <summary>Gets the 32 bytes; the span lives as long as <paramref name="hash"/> does.</summary>
    public static ReadOnlySpan<byte> BytesOf(in MerkleHash hash) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in hash, 1));

    /// <summary>Copies the 32 bytes to the start of <paramref name="target"/>.</summary>
    public void CopyTo(Span<byte> target) => BytesOf(in this).CopyTo(target);

    /// <summary>Copies the 32 bytes to a new array.</summary>
    public byte[] ToArray() => BytesOf(in this).ToArray();

    /// <summary>Writes the hash in base64, 44 characters.</summary>
    public override string ToString() => Convert.ToBase64String(BytesOf(in this));

    /// <summary>Spreads by the first eight bytes: a hash is already spread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override int GetHashCode() => _a.GetHashCode();
}
