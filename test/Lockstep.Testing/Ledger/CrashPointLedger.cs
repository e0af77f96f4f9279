using Lockstep.Ledger;

namespace Lockstep.Testing.Ledger;

/// <summary>
/// A ledger whose process dies at the n-th append: just before the entries are written, or just after and before anyone is told.
/// From then on every call fails, as nothing in a dead process goes on. Open the inner one again to see what is left.
/// </summary>
/// <param name="inner">The ledger that survives.</param>
/// <param name="crashAt">Which append is the last, from 1.</param>
/// <param name="written">Whether its entries are written.</param>
/// <param name="crash">What dying is; <see langword="null"/> to throw <see cref="CrashPointException"/> from here on.</param>
public sealed class CrashPointLedger(ILedger inner, int crashAt, bool written, Action? crash = null) : ILedger
{
    private int _appends;

    /// <summary>Gets a value indicating whether the crash has happened; a run in which it never did is complete.</summary>
    public bool HasCrashed => Volatile.Read(ref _appends) >= crashAt;

    public string Origin => inner.Origin;

    public string VerifierKey => inner.VerifierKey;

    public Checkpoint Latest => Alive().Latest;

    public async Task<LedgerReceipt> AppendAsync(
        IReadOnlyList<LedgerDraft> drafts, Durability durability, CancellationToken cancellationToken)
    {
        var append = Interlocked.Increment(ref _appends);
        if (append < crashAt)
        {
            return await inner.AppendAsync(drafts, durability, cancellationToken);
        }

        if (append == crashAt && written)
        {
            await inner.AppendAsync(drafts, durability, cancellationToken);
        }

        crash?.Invoke();
        throw new CrashPointException(crashAt);
    }

    public IAsyncEnumerable<LedgerEntry> ReadAsync(long fromIndex, CancellationToken cancellationToken) =>
        Alive().ReadAsync(fromIndex, cancellationToken);

    public IAsyncEnumerable<LedgerEntry> TailAsync(long fromIndex, CancellationToken cancellationToken) =>
        Alive().TailAsync(fromIndex, cancellationToken);

    public Task<SignedCheckpoint> SealAsync(CancellationToken cancellationToken) => Alive().SealAsync(cancellationToken);

    public InclusionProof ProveInclusion(long index, long size) => Alive().ProveInclusion(index, size);

    public ConsistencyProof ProveConsistency(long oldSize, long newSize) => Alive().ProveConsistency(oldSize, newSize);

    public Task<EvidenceBundle> ProveAsync(IReadOnlyList<long> indexes, CancellationToken cancellationToken) =>
        Alive().ProveAsync(indexes, cancellationToken);

    public Task ExportAsync(string directory, CancellationToken cancellationToken) => Alive().ExportAsync(directory, cancellationToken);

    public Task<LedgerReport> VerifyAsync(SignedCheckpoint? since, CancellationToken cancellationToken) =>
        Alive().VerifyAsync(since, cancellationToken);

    private ILedger Alive() => HasCrashed ? throw new CrashPointException(crashAt) : inner;
}

/// <summary>The process is dead; nothing may catch this and go on.</summary>
public sealed class CrashPointException(int append) : IOException($"crashed at append {append}");
