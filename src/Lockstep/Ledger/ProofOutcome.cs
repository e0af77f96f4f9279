namespace Lockstep.Ledger;

/// <summary>What came of checking a proof. Closed: these two and no others.</summary>
public abstract record ProofOutcome
{
    private ProofOutcome()
    {
    }

    /// <summary>The entry, exactly as given, is in the signed ledger.</summary>
    /// <param name="Index">Its place.</param>
    /// <param name="Checkpoint">The signed content that it is a part of.</param>
    public sealed record Holds(long Index, Checkpoint Checkpoint) : ProofOutcome;

    /// <summary>It is not shown to be: the entry, the proof or the key is another than when the proof was made.</summary>
    /// <param name="Code">A stable diagnostic code, <c>LS4020</c> to <c>LS4029</c>.</param>
    /// <param name="Reason">What does not match.</param>
    public sealed record DoesNotHold(string Code, string Reason) : ProofOutcome;
}
