using Lockstep.Ledger;
using Microsoft.Data.Sqlite;

namespace Lockstep.Server.Storage;

/// <summary>What a ledger is put together from, opened step by step, and closed again if a step refuses.</summary>
internal sealed class LedgerParts(LedgerFolder folder) : IDisposable
{
    private FileStream? _lock;

    public LedgerFolder Folder => folder;

    public FileStream Lock => _lock!;

    public SigningKey? Key { get; private set; }

    public EntryMark? Marks { get; private set; }

    public EntryStore? Store { get; private set; }

    /// <summary>Gets how much of the write-ahead log belonged to no finished commit.</summary>
    public long UnfinishedBytes { get; private set; }

    /// <summary>Takes the folder, reads the key, opens the store and holds every entry against what was signed.</summary>
    public (LedgerOpening? Refusal, SignedCheckpoint? Head, LedgerScan? Scan) Open(string? origin, CancellationToken cancellationToken)
    {
        folder.Create();
        _lock = folder.TryLock();
        if (_lock is null)
        {
            return (new LedgerOpening.Refused("LS4040", $"another process has the ledger in `{folder.Path}` open"), null, null);
        }

        try
        {
            Key = OpenKey(origin);
        }
        catch (FormatException e)
        {
            return (new LedgerOpening.Refused("LS4041", $"the signing key `{folder.Key}` cannot be used: {e.Message}"), null, null);
        }

        Marks = new(Key);
        UnfinishedBytes = WriteAheadLogTail.UnfinishedBytes(folder.WriteAheadLog);
        try
        {
            Store = new(folder.Database);
            SignEmpty();
        }
        catch (SqliteException e)
        {
            return (new LedgerOpening.Damaged(
                new("LS4016", LedgerDamageKind.Unreadable, 0, $"the database cannot be opened: {e.Message}")), null, null);
        }

        var scan = new LedgerScan(Store, folder, Key.Verifier, Marks);
        return scan.FindDamage(since: null, cancellationToken) is { } damage
            ? (new LedgerOpening.Damaged(damage), null, null)
            : (null, scan.Head, scan);
    }

    public void Dispose()
    {
        Store?.Dispose();
        Key?.Dispose();
        _lock?.Dispose();
    }

    private SigningKey OpenKey(string? origin)
    {
        if (File.Exists(folder.Key))
        {
            return LedgerKeyFile.Read(folder.Key);
        }

        if (File.Exists(folder.Database))
        {
            throw new FormatException("it is not there, and the database is");
        }

        return LedgerKeyFile.Create(folder.Key, origin ?? $"lockstep.local/{Guid.NewGuid().ToString("n")[..12]}");
    }

    // A new ledger signs that it is empty, so that from then on a missing checkpoint is damage and not a beginning.
    private void SignEmpty()
    {
        using var reader = Store!.Connect();
        if (EntryStore.FindHead(reader) is null && EntryStore.Read(reader, long.MinValue, 1).Count == 0)
        {
            var tree = new MerkleTree();
            Store.Append(0, [], Key!.Sign(new(Key.Verifier.Name, 0, tree.Root(0))).Note, Durability.Intent);
        }
    }
}
