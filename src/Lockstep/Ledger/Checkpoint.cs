using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lockstep.Ledger;

/// <summary>Names the whole content of a ledger at one size; what a signature is put under.</summary>
/// <param name="Origin">The ledger's name, without scheme or spaces, for example <c>lockstep.local/4f1c</c>.</param>
/// <param name="Size">How many entries, from 0.</param>
/// <param name="Root">The Merkle tree's root over exactly these entries.</param>
public sealed record Checkpoint(string Origin, long Size, MerkleHash Root)
{
    /// <summary>Reads the text of a checkpoint; lines after the third are extensions, which are signed and not looked at.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        var lines = text.Split('\n');

        // The text ends in a line end, so the last piece is empty, and no other is.
        if (lines.Length >= 4 && lines[^1].Length == 0 && lines.AsSpan(..^1).IndexOf(string.Empty) < 0
            && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && string.Equals(size.ToString(CultureInfo.InvariantCulture), lines[1], StringComparison.Ordinal)
            && MerkleHash.TryParse(lines[2], out var root))
        {
            checkpoint = new(lines[0], size, root);
        }

        return checkpoint is not null;
    }

    /// <summary>Writes the text of the C2SP checkpoint: origin, size and root, a line each.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n");
}
