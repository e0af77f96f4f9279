using System.Buffers.Binary;

namespace Lockstep.Ledger;

/// <summary>
/// Marks each stored entry with a keyed hash of its place and its bytes, so that whoever changes the store without the key
/// is found out at the very entry, and not only at the root over all of them.
/// </summary>
/// <remarks>
/// Not part of the log that outsiders verify. One short hash an entry. The message has a fixed length, so the key may stand first.
/// </remarks>
public sealed class EntryMark
{
    /// <summary>The length of a mark in bytes: 16.</summary>
    public const int Length = 16;

    private const int KeyLength = 32;

    private readonly byte[] _key;

    /// <summary>Derives the marks of one ledger from its signing key.</summary>
    public EntryMark(SigningKey key) => _key = key.Derive("entry marks, version 1");

    /// <summary>Writes the mark of the entry with this leaf hash at this place.</summary>
    public void Write(long index, in MerkleHash leaf, Span<byte> target)
    {
        Span<byte> message = stackalloc byte[KeyLength + sizeof(long) + MerkleHash.Length];
        Span<byte> hash = stackalloc byte[MerkleHash.Length];
        _key.CopyTo(message);
        BinaryPrimitives.WriteInt64BigEndian(message[KeyLength..], index);
        leaf.CopyTo(message[(KeyLength + sizeof(long))..]);
        LibCrypto.Sha256(0x02, message, hash);
        hash[..Length].CopyTo(target);
    }

    /// <summary>Says whether <paramref name="mark"/> is the one that <see cref="Write"/> gives.</summary>
    public bool Matches(long index, in MerkleHash leaf, ReadOnlySpan<byte> mark)
    {
        Span<byte> expected = stackalloc byte[Length];
        Write(index, leaf, expected);
        return mark.SequenceEqual(expected);
    }
}
