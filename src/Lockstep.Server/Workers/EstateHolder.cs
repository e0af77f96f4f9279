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
    private readonly Bell _folded = new();
    private readonly Bell _asked = new();
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

            _asked.Ring();
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

    /// <summary>Gives the newest estate with a builder that stands there and goes its own way: for what would be. O(facts).</summary>
    public (Estate Estate, EstateBuilder Fork) Fork()
    {
        lock (_builder)
        {
            return (_builder.Build(), _builder.Fork());
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _pastTurn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await await Task.WhenAny(FoldTailAsync(stoppingToken), BuildAsync(stoppingToken));

    private async Task FoldTailAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in ledger.TailAsync(_builder.LedgerSize, cancellationToken))
        {
            lock (_builder)
            {
                Fold(entry);
            }

            _folded.Ring();
        }
    }

    /// <summary>
    /// Builds the estate anew when it is waited for, and otherwise four times as rarely as building takes: a big system that is being
    /// taken in would have all its facts gone through for each few that are new.
    /// </summary>
    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var rest = TimeSpan.Zero;
        while (true)
        {
            await _folded.WaitAsync(cancellationToken);
            await _asked.WaitAsync(rest, time, cancellationToken);
            var started = time.GetTimestamp();
            Estate estate;
            lock (_builder)
            {
                estate = _builder.Build();
            }

            estate.Prepare();
            (_current, rest) = (estate, 4 * time.GetElapsedTime(started));
            Interlocked.Exchange(ref _grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
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
