using System.Diagnostics.CodeAnalysis;

namespace Lockstep.Ledger;

/// <summary>A checkpoint with the ledger's signature and any cosignatures: a C2SP signed note.</summary>
/// <param name="Checkpoint">What is signed.</param>
/// <param name="Note">The exact text of the note, signatures included; this is what is kept, published and given to a witness.</param>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, string Note)
{
    /// <summary>Reads a note and checks that <paramref name="key"/> signed it and is named after its origin.</summary>
    /// <param name="note">The text of the note.</param>
    /// <param name="key">The ledger's key.</param>
    /// <param name="checkpoint">The checkpoint, signed.</param>
    /// <param name="reason">What does not match, otherwise.</param>
    public static bool TryOpen(
        string note,
        VerifierKey key,
        [NotNullWhen(true)] out SignedCheckpoint? checkpoint,
        [NotNullWhen(false)] out string? reason)
    {
        checkpoint = null;
        reason = null;
        if (!SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Text, out var content))
        {
            reason = "the checkpoint is not a signed note with origin, size and root";
        }
        else if (!string.Equals(content.Origin, key.Name, StringComparison.Ordinal))
        {
            reason = $"the checkpoint is of ledger `{content.Origin}`, the key of `{key.Name}`";
        }
        else if (!signed.IsSignedBy(key))
        {
            reason = $"the checkpoint is not signed by the key of `{key.Name}`";
        }
        else
        {
            checkpoint = new(content, note);
        }

        return checkpoint is not null;
    }

    /// <summary>Adds the signature lines that a witness answered.</summary>
    public SignedCheckpoint With(IEnumerable<NoteSignature> cosignatures) => this with { Note = Note + string.Concat(cosignatures) };
}
