using System.Runtime.CompilerServices;
using Lockstep.Ledger;

namespace Lockstep.Testing.Ledger;

/// <summary>
/// A ledger in memory with the real tree, key and proofs, too simple to be wrong: for suites that need a ledger and no disk.
/// Passes <see cref="LedgerContract"/> as the real ones do. It forgets everything at its end and survives no crash.
/// </summary>
public sealed class MemoryLedger(TimeProvider time, string origin = "lockstep.local/memory") : ILedger, IDisposable
{
    private readonly SigningKey _key = SigningKey.Create(origin);
    private readonly MerkleTree _tree = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Origin => origin;

    public string VerifierKey => _key.Verifier.ToString();

    public Checkpoint Latest
    {
        get
        {
            lock (_gate)
            {
                return new(origin, _tree.Size, _tree.Root(_tree.Size));
            }
        }
    }

    public Task<LedgerReceipt> AppendAsync(IReadOnlyList<LedgerDraft> drafts, Durability durability, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(drafts.Count, nameof(drafts));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(drafts.Count, LedgerLimits.DraftsMax, nameof(drafts));
        var at = time.GetUtcNow();
        var written = drafts.Select(draft => EntryText.Write(draft, at)).ToList();
        lock (_gate)
        {
            var first = _tree.Size;
            foreach (var bytes in written)
            {
                Xunit.Assert.True(EntryText.TryRead(_tree.Size, bytes, out var entry), "an entry that was written can be read");
                _tree.Append(bytes);
                _entries.Add(entry);
            }

            _grown.SetResult();
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return Task.FromResult(new LedgerReceipt(first, written.Count, at));
        }
    }

    public IAsyncEnumerable<LedgerEntry> ReadAsync(long fromIndex, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromIndex);
        lock (_gate)
        {
            return _entries.Skip((int)fromIndex).ToArray().ToAsyncEnumerable();
        }
    }

    public async IAsyncEnumerable<LedgerEntry> TailAsync(long fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromIndex);
        for (var next = fromIndex; ;)
        {
            Task grown;
            lock (_gate)
            {
                grown = _grown.Task;
            }

            await foreach (var entry in ReadAsync(next, cancellationToken))
            {
                yield return entry;
                next++;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    public Task<SignedCheckpoint> SealAsync(CancellationToken cancellationToken) => Task.FromResult(_key.Sign(Latest));

    public InclusionProof ProveInclusion(long index, long size)
    {
        lock (_gate)
        {
            return _tree.ProveInclusion(index, size);
        }
    }

    public ConsistencyProof ProveConsistency(long oldSize, long newSize)
    {
        lock (_gate)
        {
            return _tree.ProveConsistency(oldSize, newSize);
        }
    }

    public async Task<EvidenceBundle> ProveAsync(IReadOnlyList<long> indexes, CancellationToken cancellationToken)
    {
        var signed = await SealAsync(cancellationToken);
        var proofs = indexes.Select(index => ProofFile.Of(ProveInclusion(index, signed.Checkpoint.Size), signed)).ToList();
        lock (_gate)
        {
            return new(VerifierKey, signed, [.. proofs.Select(proof => new Evidence(_entries[(int)proof.Index], proof.ToString()))]);
        }
    }

    public async Task ExportAsync(string directory, CancellationToken cancellationToken)
    {
        var signed = await SealAsync(cancellationToken);
        foreach (var tile in Tile.Of(signed.Checkpoint.Size))
        {
            var path = Path.Combine(directory, tile.ToString());
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, tile.Level == Tile.Entries ? Bundle(tile) : tile.Hashes(_tree), cancellationToken);
        }

        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "vkey"), VerifierKey + "\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "checkpoint"), signed.Note, cancellationToken);
    }

    public async Task<LedgerReport> VerifyAsync(SignedCheckpoint? since, CancellationToken cancellationToken)
    {
        var signed = await SealAsync(cancellationToken);
        if (since is null)
        {
            return new LedgerReport.Holds(signed, null);
        }

        if (!SignedCheckpoint.TryOpen(since.Note, _key.Verifier, out var older, out var reason))
        {
            return new LedgerReport.Damaged(new("LS4014", LedgerDamageKind.CheckpointReplaced, null, reason));
        }

        return older.Checkpoint.Root == _tree.Root(older.Checkpoint.Size)
            ? new LedgerReport.Holds(signed, older.Checkpoint)
            : new LedgerReport.Damaged(new("LS4015", LedgerDamageKind.Rewritten, null, "the ledger was rewritten"));
    }

    public void Dispose() => _key.Dispose();

    private byte[] Bundle(Tile tile) =>
        [.. _entries.Skip((int)tile.First).Take(tile.Width).SelectMany(
            e => (byte[])[(byte)(e.Bytes.Length >> 8), (byte)(e.Bytes.Length & 0xff), .. e.Bytes.Span])];
}
