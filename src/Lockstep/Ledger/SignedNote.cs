using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Lockstep.Ledger;

/// <summary>A text with signatures below it, in the exact form of C2SP signed-note.</summary>
/// <param name="Text">What is signed, including its last line end.</param>
/// <param name="Signatures">At least one; those of keys that we do not know are carried along.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    // As Go's library: whoever sends us a note must not make us verify without end.
    private const int SignaturesMax = 100;
    private const int LengthMax = 1_000_000;

    /// <summary>Reads a note. Any deviation from the form refuses it, since the form is what was signed.</summary>
    public static bool TryParse([NotNullWhen(true)] string? note, [NotNullWhen(true)] out SignedNote? result)
    {
        result = null;
        var splitAt = note?.LastIndexOf("\n\n", StringComparison.Ordinal) ?? -1;
        if (note is null || splitAt < 0 || note.Length > LengthMax || !note.EndsWith('\n')
            || note.Any(c => c is < ' ' and not '\n' or '\uFFFD'))
        {
            return false;
        }

        var lines = note[(splitAt + 2)..].Split('\n');
        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        foreach (var line in lines.AsSpan(..^1))
        {
            if (signatures.Count == SignaturesMax || !NoteSignature.TryParse(line, out var signature))
            {
                return false;
            }

            signatures.Add(signature);
        }

        result = signatures.Count == 0 ? null : new(note[..(splitAt + 1)], signatures.ToImmutable());
        return result is not null;
    }

    /// <summary>
    /// Says whether <paramref name="key"/> signed the text. A signature that names the key and does not verify refuses the note.
    /// </summary>
    public bool IsSignedBy(VerifierKey key)
    {
        var own = Signatures.Where(s => s.KeyId == key.Id && string.Equals(s.Name, key.Name, StringComparison.Ordinal)).ToArray();
        return own.Length > 0 && own.All(s => key.Algorithm switch
        {
            KeyAlgorithm.Ed25519 => key.Verify(Encoding.UTF8.GetBytes(Text), s.Bytes.AsSpan()),
            KeyAlgorithm.Cosignature => Cosignature.Verify(Text, s, key),
            _ => false,
        });
    }

    /// <summary>Writes the note.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures)}";
}

/// <summary>One signature line of a note.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="KeyId">The id of the key.</param>
/// <param name="Bytes">What the key's algorithm makes of it.</param>
public sealed record NoteSignature(string Name, uint KeyId, ImmutableArray<byte> Bytes)
{
    private const string Head = "\u2014 ";

    /// <summary>Reads one line without its line end.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        var parts = line.StartsWith(Head, StringComparison.Ordinal) ? line[Head.Length..].Split(' ') : [];
        if (parts.Length == 2 && VerifierKey.IsName(parts[0]) && StrictBase64.TryDecode(parts[1], out var bytes) && bytes.Length > 4)
        {
            signature = new(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), [.. bytes.AsSpan(4)]);
        }

        return signature is not null;
    }

    /// <summary>Writes the line with its line end.</summary>
    public override string ToString()
    {
        var bytes = new byte[4 + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.CopyTo(bytes, 4);
        return $"{Head}{Name} {Convert.ToBase64String(bytes)}\n";
    }
}
