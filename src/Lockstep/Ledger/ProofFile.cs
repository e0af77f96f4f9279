using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Lockstep.Ledger;

/// <summary>A C2SP tlog-proof: one entry's place in a signed ledger, as a text that can be verified offline.</summary>
/// <param name="Index">The entry's place.</param>
/// <param name="Hashes">The inclusion proof.</param>
/// <param name="Checkpoint">The note that the proof leads to.</param>
public sealed record ProofFile(long Index, ImmutableArray<MerkleHash> Hashes, string Checkpoint)
{
    private const string Head = "c2sp.org/tlog-proof@v1";
    private const string IndexHead = "index ";

    // One hash for each doubling of a size that fits 63 bits.
    private const int HashesMax = 63;

    /// <summary>Makes the proof file of one entry.</summary>
    public static ProofFile Of(InclusionProof proof, SignedCheckpoint checkpoint) =>
        proof.Size == checkpoint.Checkpoint.Size
            ? new(proof.Index, proof.Hashes, checkpoint.Note)
            : throw new ArgumentException("the proof is for another size than the checkpoint", nameof(proof));

    /// <summary>Reads a proof file; an <c>extra</c> line is allowed and not looked at.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ProofFile? proof)
    {
        proof = null;
        var splitAt = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (splitAt < 0)
        {
            return false;
        }

        var lines = text[..splitAt].Split('\n').ToList();
        if (lines.Count > 1 && lines[1].StartsWith("extra ", StringComparison.Ordinal) && StrictBase64.TryDecode(lines[1][6..], out _))
        {
            lines.RemoveAt(1);
        }

        if (lines.Count is < 2 or > HashesMax + 2 || !string.Equals(lines[0], Head, StringComparison.Ordinal)
            || !TryIndex(lines[1], out var index))
        {
            return false;
        }

        var hashes = ImmutableArray.CreateBuilder<MerkleHash>();
        foreach (var line in lines.Skip(2))
        {
            if (!MerkleHash.TryParse(line, out var hash))
            {
                return false;
            }

            hashes.Add(hash);
        }

        proof = new(index, hashes.ToImmutable(), text[(splitAt + 2)..]);
        return true;
    }

    /// <summary>Writes the file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Head).Append('\n').Append(CultureInfo.InvariantCulture, $"{IndexHead}{Index}\n");
        foreach (var hash in Hashes)
        {
            text.Append(hash.ToString()).Append('\n');
        }

        return text.Append('\n').Append(Checkpoint).ToString();
    }

    private static bool TryIndex(string line, out long index)
    {
        index = -1;
        return line.StartsWith(IndexHead, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(IndexHead.Length), NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && string.Equals(line, string.Create(CultureInfo.InvariantCulture, $"{IndexHead}{index}"), StringComparison.Ordinal);
    }
}
