using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Revocation;

namespace Lockstep.Server.Workers;

/// <summary>Holds the newest estate, folded from the ledger and kept at its end; and folds older ones when the past is asked for.</summary>
/// <threadsafety>Any number of threads may ask.</threadsafety>
internal sealed class EstateHolder(ILedger ledger, CaseBook book, CorrelationRules rules, TimeProvider time) : BackgroundService
{
    // The past is asked for rarely and by people: two pictures of it are plenty.
    private const int PastMax = 2;

    private readonly EstateBuilder _builder = new(rules, GraphChoice.With(time));
    private readonly List<(DateTimeOffset At, Estate Estate)> _past = [];
    private readonly SemaphoreSlim _pastTurn = new(1);
    private volatile TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Estate? _current;

    /// <summary>Gets the newest estate.</summary>
    public Estate Current => _current
        ?? throw new InvalidOperationException("Bug in Lockstep: the estate is asked for before it was folded.");

    /// <summary>Gets a task that completes when there is a newer estate.</summary>
    public Task Grown => _grown.Task;

    /// <summary>Folds the whole ledger; nothing can be asked before.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in ledger.ReadAsync(0, cancellationToken))
        {
            Fold(entry);
        }

        _current = _builder.Build();
    }

    /// <summary>Waits until the estate contains the ledger's first <paramref name="size"/> entries, and gives it.</summary>
    public async Task<Estate> AtLeastAsync(long size, CancellationToken cancellationToken)
    {
        while (true)
        {
            var grown = Grown;
            if (Current is var estate && estate.LedgerSize >= size)
            {
                return estate;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gives the estate as it was known at <paramref name="instant"/>: folded from the entries up to then. O(entries).</summary>
    public async Task<Estate> AsKnownAtAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        if (instant >= time.GetUtcNow())
        {
            return Current;
        }

        await _pastTurn.WaitAsync(cancellationToken);
        try
        {
            if (_past.Find(p => p.At == instant).Estate is { } kept)
            {
                return kept;
            }

            var estate = await FoldUntilAsync(instant, cancellationToken);
            _past.Insert(0, (instant, estate));
            _past.RemoveRange(Math.Min(PastMax, _past.Count), Math.Max(0, _past.Count - PastMax));
            return estate;
        }
        finally
        {
            _pastTurn.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _pastTurn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var entry in ledger.TailAsync(_builder.LedgerSize, stoppingToken))
        {
            Fold(entry);
            if (_builder.LedgerSize >= ledger.Latest.Size)
            {
                _current = _builder.Build();
                Interlocked.Exchange(ref _grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
        }
    }

    private void Fold(LedgerEntry entry)
    {
        book.Apply(entry);
        _builder.Apply(entry);
    }

    private async Task<Estate> FoldUntilAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        var builder = new EstateBuilder(rules, GraphChoice.With(time));
        await foreach (var entry in ledger.ReadAsync(0, cancellationToken))
        {
            if (entry.At > instant)
            {
                break;
            }

            builder.Apply(entry);
        }

        return builder.Build();
    }
}
