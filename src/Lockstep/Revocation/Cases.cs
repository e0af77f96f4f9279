using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>The one revocation path, for the API and everything else that cuts access.</summary>
/// <param name="world">The systems and what is known of them.</param>
/// <param name="ledger">Takes every intent before its effect.</param>
/// <param name="book">The cases as this ledger tells them.</param>
/// <param name="options">Limits and margins.</param>
/// <param name="time">The clock of every wait and time-out.</param>
/// <param name="scheduler">Where the runs of cases are executed; the thread pool if <see langword="null"/>.</param>
/// <threadsafety>Every member may be called from any number of threads.</threadsafety>
public sealed class Cases(
    ICaseWorld world, ILedger ledger, CaseBook book, CaseOptions options, TimeProvider time, TaskScheduler? scheduler = null)
    : IAsyncDisposable
{
    private static readonly TimeSpan LookAgainAtMostEvery = TimeSpan.FromSeconds(5);
    private readonly CaseJournal _journal = new(ledger, book);
    private readonly Dictionary<Guid, Task> _running = [];
    private readonly RotationLocks _locks = new();
    private readonly SemaphoreSlim _opening = new(1);
    private readonly CancellationTokenSource _stop = new();
    private bool _stopped;

    /// <summary>Tells that the run of a case ended by a fault of ours or of the ledger; the host logs it.</summary>
    public event EventHandler<CaseFaultedEventArgs>? Faulted;

    /// <summary>Gets the cases as the ledger tells them.</summary>
    public CaseBook Book => book;

    /// <summary>Plans without effects: the plan that opening a case would run on the estate as it is.</summary>
    public CasePlan Plan(NodeId identity) => CaseRun.PlanOf(world, world.Estate, Draft(identity, null), time.GetUtcNow());

    /// <summary>Plans one cut by itself, without effects.</summary>
    public CasePlan PlanOne(Cut cut) => CaseRun.PlanOf(world, world.Estate, Draft(cut.Target, cut), time.GetUtcNow());

    /// <summary>Opens a case about everything that an identity can reach, and starts it. The intent is durable when this returns.</summary>
    /// <param name="identity">Whose access is cut.</param>
    /// <param name="cause">Why, as a word.</param>
    /// <param name="reason">Why, in the words of who asked; at most 500 characters are kept.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="cancellationToken">Abandons waiting; the case goes on once it is in the ledger.</param>
    public Task<CaseView> OpenAsync(NodeId identity, CaseCause cause, string reason, string by, CancellationToken cancellationToken) =>
        OpenAsync(identity, null, cause, reason, by, cancellationToken);

    /// <summary>Opens a case about one credential, session or grant.</summary>
    public Task<CaseView> RevokeAsync(Cut cut, string reason, string by, CancellationToken cancellationToken) =>
        RevokeAsync(cut, CaseCause.Request, reason, by, cancellationToken);

    /// <summary>Opens a case about one credential, session or grant, for another cause than a person's request.</summary>
    public Task<CaseView> RevokeAsync(Cut cut, CaseCause cause, string reason, string by, CancellationToken cancellationToken) =>
        OpenAsync(cut.Target, cut, cause, reason, by, cancellationToken);

    /// <summary>Continues every case that the ledger says is not closed, and watches those whose residual access ends by a clock.</summary>
    public void ResumeAll()
    {
        foreach (var view in book.List())
        {
            if (!view.IsClosed || view is { State: CaseState.Residual, Until: not null })
            {
                Start(view.Id);
            }
        }
    }

    /// <summary>Waits until a case is closed (or is left with a clock) and gives it.</summary>
    public async Task<CaseView> WaitAsync(Guid id, CancellationToken cancellationToken)
    {
        await foreach (var view in book.WatchAsync(id, cancellationToken))
        {
            if (view.IsClosed)
            {
                return view;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>
    /// Gets the run of a case in this process; completed if there is none. Faulted only if the ledger could not be written.
    /// </summary>
    public Task RunningAsync(Guid id)
    {
        lock (_running)
        {
            return _running.GetValueOrDefault(id) ?? Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The host stops the cases before what they use; its container disposes of everything once more.
        if (Interlocked.Exchange(ref _stopped, true))
        {
            return;
        }

        await _stop.CancelAsync();
        Task[] running;
        lock (_running)
        {
            running = [.. _running.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _opening.Dispose();
        _stop.Dispose();
    }

    private CaseView Draft(NodeId subject, Cut? single) => new()
    {
        Id = Guid.Empty,
        Subject = subject.ToString(),
        SubjectName = world.Estate.Find(subject)?.Name ?? subject.RawKey,
        Cause = CaseCause.Request,
        Reason = string.Empty,
        By = string.Empty,
        Single = single,
        OpenedAt = time.GetUtcNow(),
    };

    private async Task<CaseView> OpenAsync(
        NodeId subject, Cut? single, CaseCause cause, string reason, string by, CancellationToken cancellationToken)
    {
        // One at a time, so that who asks twice gets one case and not two that do the same side by side.
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (book.List().FirstOrDefault(c => !c.IsClosed && c.Subject == subject.ToString() && c.Single == single) is { } open)
            {
                return open;
            }

            var id = Guid.CreateVersion7(time.GetUtcNow());
            var name = Excerpt.Of(world.Estate.Find(subject)?.Name ?? subject.RawKey, 200);
            await _journal.OpenAsync(
                new CaseOpened(id, subject.ToString(), name, cause, Excerpt.Of(reason, 500), single), by, cancellationToken);
            Start(id);
            return book.Find(id)!;
        }
        finally
        {
            _opening.Release();
        }
    }

    private void Start(Guid id)
    {
        lock (_running)
        {
            if (!_running.TryGetValue(id, out var running) || running.IsCompleted)
            {
                var run = Task.Factory.StartNew(
                    () => GuardAsync(id, _stop.Token), CancellationToken.None, TaskCreationOptions.DenyChildAttach,
                    scheduler ?? TaskScheduler.Default);
                _running[id] = run.Unwrap();
            }
        }
    }

    /// <summary>
    /// A fault must not leave a case that seems to run: it is closed as failed, or where even that cannot be written, reported.
    /// </summary>
    private async Task GuardAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(id, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Faulted?.Invoke(this, new CaseFaultedEventArgs(id, e));
            if (e is IOException)
            {
                // The ledger takes nothing more; the case goes on when Lockstep is started again.
                throw;
            }

            var why = $"LS7015: a bug in Lockstep ended the run ({e.GetType().Name}); open the case again";
            var view = book.Find(id)!;
            await _journal.CloseAsync(new CaseClosed(id, CaseOutcome.Failed, null, why, view.Entries.Count), cancellationToken);
        }
    }

    private async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        var run = new CaseRun(world, _journal, book, _locks, options, time);
        if (!book.Find(id)!.IsClosed)
        {
            await run.RunAsync(id, cancellationToken);
        }

        while (book.Find(id) is { State: CaseState.Residual, Until: { } until })
        {
            var earliest = time.GetUtcNow() + LookAgainAtMostEvery;
            var due = until + options.CacheMargin;
            await Pause.UntilAsync(due > earliest ? due : earliest, time, cancellationToken);
            await run.LookAgainAsync(id, cancellationToken);
        }
    }
}
