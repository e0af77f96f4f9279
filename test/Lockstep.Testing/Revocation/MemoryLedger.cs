using System.Runtime.CompilerServices;
using Lockstep.Ledger;

namespace Lockstep.Testing.Revocation;

/// <summary>A ledger in memory that can end the process before or after its n-th append. Proves nothing: for runs, not for certificates.</summary>
public sealed class MemoryLedger(TimeProvider time) : ILedger
{
    private readonly List<LedgerEntry> _entries = [];
    private readonly Lock _lock = new();
    private int _appends;

    /// <summary>Gets or sets the append, from 1, at which the process dies; 0 for never.</summary>
    public int DiesAt { get; set; }

    /// <summary>Gets or sets a value indicating whether it dies after the write and not before it.</summary>
    public bool DiesAfterWriting { get; set; }

    public int Appends => _appends;

    public string Origin => "test";

    public string VerifierKey => throw new NotSupportedException();

    public Checkpoint Latest => throw new NotSupportedException();

    public Task<LedgerReceipt> AppendAsync(IReadOnlyList<LedgerDraft> drafts, Durability durability, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var dies = DiesAt > 0 && ++_appends >= DiesAt;
            if (dies && !(DiesAfterWriting && _appends == DiesAt))
            {
                throw new ProcessDiedException();
            }

            var first = _entries.Count;
            foreach (var draft in drafts)
            {
                var bytes = EntryText.Write(draft, time.GetUtcNow());
                Xunit.Assert.True(EntryText.TryRead(_entries.Count, bytes, out var entry));
                _entries.Add(entry);
            }

            return dies ? throw new ProcessDiedException() : Task.FromResult(new LedgerReceipt(first, drafts.Count, time.GetUtcNow()));
        }
    }

    public async IAsyncEnumerable<LedgerEntry> ReadAsync(long fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LedgerEntry[] entries;
        lock (_lock)
        {
            entries = [.. _entries.Skip((int)fromIndex)];
        }

        foreach (var entry in entries)
        {
            yield return entry;
        }

        await Task.CompletedTask;
    }

    public IAsyncEnumerable<LedgerEntry> TailAsync(long fromIndex, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SignedCheckpoint> SealAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public InclusionProof ProveInclusion(long index, long size) => throw new NotSupportedException();

    public ConsistencyProof ProveConsistency(long oldSize, long newSize) => throw new NotSupportedException();

    public Task<EvidenceBundle> ProveAsync(IReadOnlyList<long> indexes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ExportAsync(string directory, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<LedgerReport> VerifyAsync(SignedCheckpoint? since, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>The process ended here. Nothing in the product catches it by name.</summary>
public sealed class ProcessDiedException : Exception;
