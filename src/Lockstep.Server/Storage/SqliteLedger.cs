using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>The embedded ledger: one SQLite database, one process at a time.</summary>
/// <remarks>
/// Opening reads every entry once and rebuilds the tree: O(entries) time, 64 bytes of memory for each. Appending and proving are
/// O(log entries) at worst.
/// </remarks>
public sealed class SqliteLedger : ILedger, IAsyncDisposable
{
    private const int PageRows = 256;

    private readonly LedgerFolder _folder;
    private readonly EntryStore _store;
    private readonly SigningKey _key;
    private readonly EntryMark _marks;
    private readonly LedgerWriter _writer;
    private readonly FileStream _lock;
    private readonly SqliteLedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _sealing = new(1);
    private long _sealedSize = -1;
    private bool _disposed;

    private SqliteLedger(LedgerParts parts, SignedCheckpoint head, MerkleTree tree, SqliteLedgerOptions options, TimeProvider time)
    {
        (_folder, _lock, _key, _store, _marks) = (parts.Folder, parts.Lock, parts.Key!, parts.Store!, parts.Marks!);
        (_options, _time) = (options, time);
        _writer = new(_store, tree, _key, _marks, head);
    }

    /// <inheritdoc/>
    public string Origin => _key.Verifier.Name;

    /// <inheritdoc/>
    public string VerifierKey => _key.Verifier.ToString();

    /// <inheritdoc/>
    public Checkpoint Latest => _writer.Head.Checkpoint;

    /// <summary>Opens the ledger of a folder, or makes a new one; repairs a torn tail and refuses anything that is damaged.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification =
        "The ledger owns its parts, the caller owns the ledger, and finally closes what neither got.")]
    public static async Task<LedgerOpening> OpenAsync(SqliteLedgerOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var parts = new LedgerParts(new(options.Folder));
        LedgerOpening? opened = null;
        try
        {
            var (refusal, head, scan) = await Task.Run(() => parts.Open(options.Origin, cancellationToken), cancellationToken);
            if (refusal is not null)
            {
                return refusal;
            }

            var ledger = new SqliteLedger(parts, head!, scan!.Tree, options, time);
            var torn = parts.UnfinishedBytes == 0 ? null : new TornTail(parts.UnfinishedBytes, head!.Checkpoint.Size);
            opened = new LedgerOpening.Opened(ledger, torn);
            if (torn is not null)
            {
                var said = new JsonObject { ["bytesDropped"] = torn.BytesDropped, ["entriesKept"] = torn.EntriesKept };
                await ledger.AppendAsync([LedgerDraft.Of("ledger.repaired", "lockstep", said)], Durability.Intent, cancellationToken);
            }

            return opened;
        }
        finally
        {
            if (opened is null)
            {
                parts.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public async Task<LedgerReceipt> AppendAsync(
        IReadOnlyList<LedgerDraft> drafts, Durability durability, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfZero(drafts.Count, nameof(drafts));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(drafts.Count, LedgerLimits.DraftsMax, nameof(drafts));
        var at = _time.GetUtcNow();
        var entries = new byte[drafts.Count][];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = EntryText.Write(drafts[i], at);
        }

        return new(await _writer.AppendAsync(entries, durability, cancellationToken), entries.Length, at);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> ReadAsync(long fromIndex, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromIndex);
        return ReadRangeAsync(fromIndex, Latest.Size, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEntry> TailAsync(long fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromIndex);
        for (var next = fromIndex; ;)
        {
            var grown = _writer.Grown;
            await foreach (var entry in ReadRangeAsync(next, Latest.Size, cancellationToken))
            {
                yield return entry;
                next = entry.Index + 1;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<SignedCheckpoint> SealAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _sealing.WaitAsync(cancellationToken);
        try
        {
            return await CosignAsync(await FlushAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _sealing.Release();
        }
    }

    /// <inheritdoc/>
    public InclusionProof ProveInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Latest.Size);
        return _writer.Ask(tree => tree.ProveInclusion(index, size));
    }

    /// <inheritdoc/>
    public ConsistencyProof ProveConsistency(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newSize, Latest.Size);
        return _writer.Ask(tree => tree.ProveConsistency(oldSize, newSize));
    }

    /// <inheritdoc/>
    public async Task<EvidenceBundle> ProveAsync(IReadOnlyList<long> indexes, CancellationToken cancellationToken)
    {
        var signed = await SealAsync(cancellationToken);
        var items = new List<Evidence>();
        foreach (var index in indexes)
        {
            var proof = ProveInclusion(index, signed.Checkpoint.Size);
            await foreach (var entry in ReadRangeAsync(index, index + 1, cancellationToken))
            {
                items.Add(new(entry, ProofFile.Of(proof, signed).ToString()));
            }
        }

        return new(VerifierKey, signed, [.. items]);
    }

    /// <inheritdoc/>
    public async Task ExportAsync(string directory, CancellationToken cancellationToken)
    {
        var signed = await SealAsync(cancellationToken);
        await TilesFolder.WriteAsync(
            directory,
            signed,
            VerifierKey,
            tile => _writer.Ask(tile.Hashes),
            ReadRangeAsync(0, signed.Checkpoint.Size, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<LedgerReport> VerifyAsync(SignedCheckpoint? since, CancellationToken cancellationToken) => Task.Run<LedgerReport>(
        () =>
        {
            var scan = new LedgerScan(_store, _folder, _key.Verifier, _marks);
            return scan.FindDamage(since, cancellationToken) is { } damage
                ? new LedgerReport.Damaged(damage)
                : new LedgerReport.Holds(scan.Head!, since?.Checkpoint);
        },
        cancellationToken);

    /// <summary>Finishes what was asked for, seals without asking witnesses, closes the store and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (!_writer.HasFailed)
            {
                await FlushAsync(CancellationToken.None);
            }

            await _writer.DisposeAsync();
            _store.Dispose();
            _key.Dispose();
            await _lock.DisposeAsync();
            _sealing.Dispose();
        }
    }

    private async IAsyncEnumerable<LedgerEntry> ReadRangeAsync(
        long fromIndex, long toIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = _store.Connect();
        for (var next = fromIndex; next < toIndex;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(next + PageRows, toIndex);
            foreach (var row in EntryStore.Read(reader, next, (int)(end - next)))
            {
                if (row.Index != next || !EntryText.TryRead(next, row.Bytes, out var entry))
                {
                    break;
                }

                yield return entry;
                next++;
            }

            if (next != end)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture, $"LS4010: entry {next} is not what was written there; verify the ledger"));
            }
        }
    }

    // The file beside the database comes after the flush: it must never promise more than the disk has.
    private async Task<SignedCheckpoint> FlushAsync(CancellationToken cancellationToken)
    {
        var head = _writer.Head;
        await _writer.DoAsync(
            () =>
            {
                head = _writer.Head;
                if (head.Checkpoint.Size != _sealedSize)
                {
                    _store.Seal(head);
                    _sealedSize = head.Checkpoint.Size;
                }
            },
            cancellationToken);
        await TilesFolder.ReplaceAsync(_folder.Checkpoint, head.Note, cancellationToken);
        return head;
    }

    private async Task<SignedCheckpoint> CosignAsync(SignedCheckpoint head, CancellationToken cancellationToken)
    {
        var size = head.Checkpoint.Size;
        var asked = _options.Witnesses.Where(w => !_store.Cosignatures(size).Exists(s => w.HasSigned(head.Checkpoint, s))).ToArray();
        if (size == 0 || asked.Length == 0)
        {
            return head.With(_store.Cosignatures(size));
        }

        var answers = await Task.WhenAll(asked.Select(witness => witness.CosignAsync(
            head, _store.LastCosigned(witness.Name), oldSize => ProveConsistency(oldSize, size), cancellationToken)));
        foreach (var answer in answers)
        {
            if (answer is WitnessAnswer.Cosigned cosigned)
            {
                await _writer.DoAsync(() => _store.Cosign(size, cosigned.Signature), cancellationToken);
            }
            else if (answer is WitnessAnswer.Refused refused)
            {
                _options.OnRefusal?.Invoke(refused.Refusal);
            }
        }

        return head.With(_store.Cosignatures(size));
    }
}
