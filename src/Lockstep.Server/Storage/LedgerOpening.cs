using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>What came of opening a ledger. Closed: these three and no others.</summary>
public abstract record LedgerOpening
{
    private LedgerOpening()
    {
    }

    /// <summary>The ledger is open, and every entry leads to what was signed.</summary>
    /// <param name="Ledger">The ledger; dispose it to release the folder.</param>
    /// <param name="Repaired">What an unfinished write had left and was dropped; the ledger holds an entry that says the same.</param>
    public sealed record Opened(SqliteLedger Ledger, TornTail? Repaired) : LedgerOpening;

    /// <summary>The ledger cannot be opened here and now; nothing is known to be damaged.</summary>
    /// <param name="Code">A stable diagnostic code: <c>LS4040</c> another process has it, <c>LS4041</c> the key cannot be used.</param>
    /// <param name="Detail">One sentence for an operator.</param>
    public sealed record Refused(string Code, string Detail) : LedgerOpening;

    /// <summary>The ledger is not what was signed. It stays closed and as it is, for whoever finds out why.</summary>
    /// <param name="Damage">What is wrong, and from which entry on.</param>
    public sealed record Damaged(LedgerDamage Damage) : LedgerOpening;
}

/// <summary>
/// The rest of a write that a crash or a power loss broke off. No whole entry was in it that had been acknowledged as an intent.
/// </summary>
/// <param name="BytesDropped">How many bytes of the write-ahead log belong to no finished commit.</param>
/// <param name="EntriesKept">How many whole entries the ledger has.</param>
public sealed record TornTail(long BytesDropped, long EntriesKept);
