using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lockstep.Ledger;

/// <summary>The private key that a ledger signs its checkpoints with (Ed25519).</summary>
/// <threadsafety>Signing is safe from many threads; disposing must come after the last.</threadsafety>
public sealed class SigningKey : IDisposable
{
    private const int SeedLength = 32;
    private const string Head = "PRIVATE+KEY+";

    private readonly byte[] _seed;
    private readonly LibCrypto.KeyHandle _handle;

    private SigningKey(string name, byte[] seed)
    {
        _seed = seed;
        _handle = LibCrypto.PrivateKey(seed);
        Verifier = VerifierKey.Of(name, KeyAlgorithm.Ed25519, LibCrypto.PublicBytes(_handle));
    }

    /// <summary>Gets the key that verifies what this one signs.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>Makes a new key from the system's randomness.</summary>
    /// <exception cref="ArgumentException"><paramref name="name"/> cannot stand in a note.</exception>
    public static SigningKey Create(string name)
    {
        if (!VerifierKey.IsName(name))
        {
            throw new ArgumentException("a key's name has no white space and no `+`", nameof(name));
        }

        var seed = GC.AllocateUninitializedArray<byte>(SeedLength, pinned: true);
        RandomNumberGenerator.Fill(seed);
        return new(name, seed);
    }

    /// <summary>Reads a key written by <see cref="ToFileBytes"/>, or by any tool that writes C2SP signer keys.</summary>
    /// <exception cref="FormatException">The text is not a key. The message does not repeat it.</exception>
    public static SigningKey Parse(ReadOnlySpan<byte> text)
    {
        var line = Encoding.UTF8.GetString(text).TrimEnd('\n');
        var parts = line.StartsWith(Head, StringComparison.Ordinal) ? line[Head.Length..].Split('+', 3) : [];
        if (parts.Length != 3 || !VerifierKey.IsName(parts[0]) || !StrictBase64.TryDecode(parts[2], out var bytes)
            || bytes.Length != 1 + SeedLength || bytes[0] != (byte)KeyAlgorithm.Ed25519)
        {
            throw new FormatException("not a C2SP signer key of Ed25519");
        }

        var seed = GC.AllocateUninitializedArray<byte>(SeedLength, pinned: true);
        bytes.AsSpan(1).CopyTo(seed);
        CryptographicOperations.ZeroMemory(bytes);
        var key = new SigningKey(parts[0], seed);
        if (string.Equals(key.Verifier.Id.ToString("x8", CultureInfo.InvariantCulture), parts[1], StringComparison.Ordinal))
        {
            return key;
        }

        key.Dispose();
        throw new FormatException("the signer key's id does not belong to it");
    }

    /// <summary>Writes the private key for a file that only its owner may read. Never log or print it.</summary>
    public byte[] ToFileBytes() =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Head}{Verifier.Name}+{Verifier.Id:x8}+{Convert.ToBase64String([(byte)KeyAlgorithm.Ed25519, .. _seed])}\n"));

    /// <summary>Derives 32 bytes for another purpose, from which this key cannot be found.</summary>
    public byte[] Derive(string purpose) => HMACSHA256.HashData(_seed, Encoding.UTF8.GetBytes(purpose));

    /// <summary>Signs a checkpoint of the ledger that this key is named after. About 40 microseconds.</summary>
    public SignedCheckpoint Sign(Checkpoint checkpoint)
    {
        var text = checkpoint.ToString();
        var signature = new NoteSignature(Verifier.Name, Verifier.Id, [.. LibCrypto.Sign(_handle, Encoding.UTF8.GetBytes(text))]);
        return new(checkpoint, new SignedNote(text, [signature]).ToString());
    }

    /// <summary>Always <c>(signing key)</c> and its name.</summary>
    public override string ToString() => $"(signing key of {Verifier.Name})";

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _handle.Dispose();
    }
}
