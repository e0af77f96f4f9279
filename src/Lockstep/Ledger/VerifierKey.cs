using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Lockstep.Ledger;

/// <summary>A public key that notes are verified with, written <c>name+id+base64</c> (C2SP signed-note).</summary>
public sealed class VerifierKey
{
    private const int KeyLength = 32;

    private VerifierKey(string name, KeyAlgorithm algorithm, byte[] key) =>
        (Name, Algorithm, Bytes, Id) = (name, algorithm, key, IdOf(name, algorithm, key));

    /// <summary>Gets the key's name; that of a ledger's key is the ledger's origin.</summary>
    public string Name { get; }

    /// <summary>Gets what the key signs.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>Gets the first four bytes of SHA-256 over name, algorithm and key: tells keys of one name apart.</summary>
    public uint Id { get; }

    private byte[] Bytes { get; }

    /// <summary>Reads a key.</summary>
    /// <returns>Whether the text is a well-formed key of an algorithm that we know, with the id that belongs to it.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VerifierKey? key)
    {
        key = null;
        var parts = (text ?? string.Empty).Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]) || parts[1].Length != 8 || !StrictBase64.TryDecode(parts[2], out var bytes))
        {
            return false;
        }

        if (bytes.Length == 1 + KeyLength && (KeyAlgorithm)bytes[0] is KeyAlgorithm.Ed25519 or KeyAlgorithm.Cosignature)
        {
            var read = new VerifierKey(parts[0], (KeyAlgorithm)bytes[0], bytes[1..]);
            key = string.Equals(read.Id.ToString("x8", CultureInfo.InvariantCulture), parts[1], StringComparison.Ordinal) ? read : null;
        }

        return key is not null;
    }

    /// <summary>Writes the key as others read it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([(byte)Algorithm, .. Bytes])}");

    /// <summary>Says whether the name can stand in a note: not empty, no white space, no <c>+</c>.</summary>
    internal static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '+' or '\uFFFD');

    internal static VerifierKey Of(string name, KeyAlgorithm algorithm, byte[] key) => new(name, algorithm, key);

    internal bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != LibCrypto.SignatureLength)
        {
            return false;
        }

        using var key = LibCrypto.PublicKey(Bytes);
        return LibCrypto.Verify(key, message, signature);
    }

    private static uint IdOf(string name, KeyAlgorithm algorithm, byte[] key)
    {
        byte[] named = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)algorithm, .. key];
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(System.Security.Cryptography.SHA256.HashData(named));
    }
}

/// <summary>What a key signs; of those that exist, the two that we verify. The numbers are those of C2SP signed-note.</summary>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification =
    "Algorithms exclude each other; their numbers are a standard's.")]
public enum KeyAlgorithm
{
    /// <summary>No algorithm.</summary>
    None = 0,

    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over the text and the time at which a witness saw it.</summary>
    Cosignature = 4,
}
