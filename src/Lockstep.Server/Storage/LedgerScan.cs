using System.Globalization;
using Lockstep.Ledger;
using Microsoft.Data.Sqlite;

namespace Lockstep.Server.Storage;

/// <summary>Reads a whole store and holds it against everything that was ever signed over it.</summary>
/// <remarks>O(entries): two hashes for the tree and one for the mark of each; memory as <see cref="MerkleTree"/>.</remarks>
internal sealed class LedgerScan(EntryStore store, LedgerFolder folder, VerifierKey key, EntryMark marks)
{
    private const int PageRows = 1_024;

    /// <summary>Gets the tree over the entries that were read.</summary>
    public MerkleTree Tree { get; } = new();

    /// <summary>Gets the signed checkpoint of the newest commit, once <see cref="FindDamage"/> found none.</summary>
    public SignedCheckpoint? Head { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <param name="since">An older checkpoint that someone else kept.</param>
    /// <param name="cancellationToken">Stops between pages.</param>
    /// <returns>The first thing found wrong, or nothing.</returns>
    public LedgerDamage? FindDamage(SignedCheckpoint? since, CancellationToken cancellationToken)
    {
        // The file first: a seal that comes while we read must not look like one that we lack.
        var kept = File.Exists(folder.Checkpoint) ? File.ReadAllText(folder.Checkpoint) : null;
        try
        {
            using var reader = store.Connect();
            using var snapshot = reader.BeginTransaction(deferred: true);
            return FindBadEntry(reader, cancellationToken)
                ?? FindBadHead(reader) ?? FindBadSeal(reader) ?? FindRollback(kept) ?? FindRewritten(since);
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
        {
            // A flipped bit in the file's own structure shows as a broken page, or as a column of another type.
            return new("LS4016", LedgerDamageKind.Unreadable, Tree.Size,
                Text($"the database cannot be read from entry {Tree.Size} on: {e.Message}"));
        }
    }

    private LedgerDamage? FindBadEntry(SqliteConnection reader, CancellationToken cancellationToken)
    {
        List<StoredEntry> page;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            page = EntryStore.Read(reader, Tree.Size == 0 ? long.MinValue : Tree.Size, PageRows);
            foreach (var entry in page)
            {
                var index = Tree.Size;
                if (entry.Index != index)
                {
                    return new("LS4011", LedgerDamageKind.EntryMissing, index,
                        Text($"entry {index} is missing; the next is {entry.Index}"));
                }

                if (!marks.Matches(index, Tree.Append(entry.Bytes), entry.Mark))
                {
                    return new(
                        "LS4010",
                        LedgerDamageKind.EntryChanged,
                        index,
                        Text($"entry {index} is not what was written there: changed, moved, doubled, or after one that was taken out"));
                }
            }
        }
        while (page.Count == PageRows);

        return null;
    }

    private LedgerDamage? FindBadHead(SqliteConnection reader)
    {
        if (EntryStore.FindHead(reader) is not { } note || !SignedCheckpoint.TryOpen(note, key, out var head, out _))
        {
            return Replaced("the newest checkpoint is missing or not signed by this ledger");
        }

        var size = head.Checkpoint.Size;
        if (size > Tree.Size)
        {
            return TailMissing(size, "was committed");
        }

        if (size < Tree.Size)
        {
            return new(
                "LS4013", LedgerDamageKind.TailUnsigned, size,
                    Text($"{Tree.Size} entries are stored and the newest checkpoint signs {size}"));
        }

        Head = head;
        return Tree.Root(size) == head.Checkpoint.Root ? null : Replaced("the newest checkpoint signs another root than the entries have");
    }

    private LedgerDamage? FindBadSeal(SqliteConnection reader)
    {
        foreach (var (size, note) in EntryStore.Seals(reader))
        {
            if (!SignedCheckpoint.TryOpen(note, key, out var seal, out _) || seal.Checkpoint.Size != size)
            {
                return Replaced(Text($"the checkpoint kept for size {size} is not signed by this ledger"));
            }

            if (FindContradiction(seal.Checkpoint, Text($"was sealed at size {size}")) is { } damage)
            {
                return damage;
            }
        }

        return null;
    }

    // The file beside the database: whoever puts yesterday's database back and forgets it is found out without a witness.
    private LedgerDamage? FindRollback(string? note)
    {
        if (note is null)
        {
            return null;
        }

        return SignedCheckpoint.TryOpen(note, key, out var kept, out var reason)
            ? FindContradiction(kept.Checkpoint, "the checkpoint file beside the database signs")
            : Replaced($"the checkpoint file beside the database does not hold: {reason}");
    }

    private LedgerDamage? FindRewritten(SignedCheckpoint? since)
    {
        if (since is null)
        {
            return null;
        }

        return SignedCheckpoint.TryOpen(since.Note, key, out var older, out var reason)
            ? FindContradiction(older.Checkpoint, "the older checkpoint signs")
            : Replaced($"the older checkpoint is not one of this ledger: {reason}");
    }

    private LedgerDamage? FindContradiction(Checkpoint older, string signer)
    {
        if (older.Size > Tree.Size)
        {
            return TailMissing(older.Size, signer);
        }

        return Tree.Root(older.Size) == older.Root
            ? null
            : new("LS4015", LedgerDamageKind.Rewritten, null,
                Text($"one of the first {older.Size} entries is not what {signer}: the ledger was rewritten"));
    }

    private LedgerDamage TailMissing(long size, string signer) => new(
        "LS4012",
        LedgerDamageKind.TailMissing,
        Tree.Size,
        Text($"entry {Tree.Size} and all after it are missing: {signer} for {size} entries; an older copy, or the end is cut off"));

    private static LedgerDamage Replaced(string detail) => new("LS4014", LedgerDamageKind.CheckpointReplaced, null, detail);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
