namespace Lockstep.Ledger;

/// <summary>What came of verifying a whole ledger. Closed: these two and no others.</summary>
public abstract record LedgerReport
{
    private LedgerReport()
    {
    }

    /// <summary>Every entry leads to the signed root, and nothing that an older checkpoint signed has changed.</summary>
    /// <param name="Checkpoint">The signed checkpoint that was recomputed from the entries.</param>
    /// <param name="Since">The older checkpoint that it was held against, if one was given.</param>
    public sealed record Holds(SignedCheckpoint Checkpoint, Checkpoint? Since) : LedgerReport;

    /// <summary>The ledger is not what was signed.</summary>
    /// <param name="Damage">What is wrong, and from which entry on.</param>
    public sealed record Damaged(LedgerDamage Damage) : LedgerReport;
}
