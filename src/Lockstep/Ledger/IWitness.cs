namespace Lockstep.Ledger;

/// <summary>An independent party that cosigns checkpoints of a ledger only as long as it grows without a change.</summary>
public interface IWitness
{
    /// <summary>Gets the witness's name, which is also its key's name.</summary>
    string Name { get; }

    /// <summary>Says whether the line is this witness's cosignature under the checkpoint.</summary>
    bool HasSigned(Checkpoint checkpoint, NoteSignature signature);

    /// <summary>Offers a checkpoint.</summary>
    /// <param name="signed">The checkpoint with the ledger's signature.</param>
    /// <param name="lastSize">The size that we believe the witness cosigned last, 0 for none.</param>
    /// <param name="prove">Gives the consistency proof from a size that the witness names to the checkpoint's.</param>
    /// <param name="cancellationToken">Abandons waiting; the witness may still have cosigned.</param>
    /// <remarks>Expected failures are values; a witness that lies or is down never throws.</remarks>
    Task<WitnessAnswer> CosignAsync(
        SignedCheckpoint signed, long lastSize, Func<long, ConsistencyProof> prove, CancellationToken cancellationToken);
}

/// <summary>What a witness answered. Closed: these two and no others.</summary>
public abstract record WitnessAnswer
{
    private WitnessAnswer()
    {
    }

    /// <summary>The witness cosigned.</summary>
    /// <param name="Signature">Its signature line, verified with the configured key.</param>
    public sealed record Cosigned(NoteSignature Signature) : WitnessAnswer;

    /// <summary>It did not.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(WitnessRefusal Refusal) : WitnessAnswer;
}
