namespace Lockstep.Ledger;

/// <summary>A checkpoint with the ledger's signature and any cosignatures: a C2SP signed note.</summary>
/// <param name="Checkpoint">What is signed.</param>
/// <param name="Note">The exact text of the note, signatures included; this is what is kept, published and given to a witness.</param>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, string Note);
