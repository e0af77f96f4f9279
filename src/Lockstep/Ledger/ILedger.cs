namespace Lockstep.Ledger;

/// <summary>
/// The one append-only record of what was observed, decided, done and proven: the database and the audit trail in one,
/// sealed by a Merkle tree whose root is signed.
/// </summary>
/// <threadsafety>Every member may be called from any number of threads at once.</threadsafety>
public interface ILedger
{
    /// <summary>Gets the ledger's name, which is also its key's name.</summary>
    string Origin { get; }

    /// <summary>Gets the key that checkpoints verify with, as C2SP writes it: <c>name+id+base64</c>.</summary>
    string VerifierKey { get; }

    /// <summary>Gets the newest content: the size and root over every entry appended so far. O(1).</summary>
    Checkpoint Latest { get; }

    /// <summary>Appends all of <paramref name="drafts"/> next to each other, or none of them.</summary>
    /// <remarks>
    /// Appends that wait at the same time are committed together: with <see cref="Durability.Intent"/> they share one flush.
    /// Cost per entry: one hash of its bytes and, amortised, one of the tree, whatever the ledger's size.
    /// </remarks>
    /// <param name="drafts">1 to <see cref="LedgerLimits.DraftsMax"/> entries.</param>
    /// <param name="durability">What must have happened when the task completes.</param>
    /// <param name="cancellationToken">Abandons waiting. The entries may still be written.</param>
    /// <exception cref="LedgerDraftException">A draft cannot be written; none was.</exception>
    /// <exception cref="IOException">The store failed. The ledger takes no more appends until it is opened again.</exception>
    Task<LedgerReceipt> AppendAsync(IReadOnlyList<LedgerDraft> drafts, Durability durability, CancellationToken cancellationToken);

    /// <summary>Streams the entries from <paramref name="fromIndex"/> to the end as it is when the call is made, in order.</summary>
    IAsyncEnumerable<LedgerEntry> ReadAsync(long fromIndex, CancellationToken cancellationToken);

    /// <summary>
    /// Streams the entries from <paramref name="fromIndex"/> and goes on with new ones as they are appended; ends only by cancellation.
    /// </summary>
    IAsyncEnumerable<LedgerEntry> TailAsync(long fromIndex, CancellationToken cancellationToken);

    /// <summary>Signs the newest content, flushes it and keeps the checkpoint for later comparison.</summary>
    Task<SignedCheckpoint> SealAsync(CancellationToken cancellationToken);

    /// <summary>Proves that the entry at <paramref name="index"/> is in the tree of <paramref name="size"/> entries. O(log size).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt;= index &lt; size &lt;= the ledger's size.</exception>
    InclusionProof ProveInclusion(long index, long size);

    /// <summary>Proves that nothing changed between two sizes. O(log newSize).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt;= oldSize &lt;= newSize &lt;= the ledger's size.</exception>
    ConsistencyProof ProveConsistency(long oldSize, long newSize);

    /// <summary>Seals, then gives the entries asked for with a proof file each: what a certificate carries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the ledger.</exception>
    Task<EvidenceBundle> ProveAsync(IReadOnlyList<long> indexes, CancellationToken cancellationToken);

    /// <summary>
    /// Seals, then writes the whole ledger to <paramref name="directory"/> as a C2SP tlog-tiles folder: <c>checkpoint</c>,
    /// <c>tile/...</c>, <c>tile/entries/...</c> and <c>vkey</c>. O(entries).
    /// </summary>
    Task ExportAsync(string directory, CancellationToken cancellationToken);

    /// <summary>
    /// Reads every stored entry again and holds it against the signed root and, if given, an older checkpoint. O(entries).
    /// </summary>
    Task<LedgerReport> VerifyAsync(SignedCheckpoint? since, CancellationToken cancellationToken);
}
