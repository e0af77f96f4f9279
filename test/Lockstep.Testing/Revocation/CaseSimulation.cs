using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Revocation;

namespace Lockstep.Testing.Revocation;

/// <summary>
/// Runs one case to its end over made-up systems and a clock wound by hand, as a process that starts from the ledger alone.
/// </summary>
public static class CaseSimulation
{
    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs a case, or goes on with one; gives it as a second process would read it from the ledger.</summary>
    public static async Task<(CaseView View, bool Died)> RunAsync(
        ICaseWorld world, ILedger ledger, ManualTimeProvider time, NodeId subject, Guid? resume = null, int concurrency = 1)
    {
        var book = await BookOfAsync(ledger);
        var options = new CaseOptions { AttemptsMax = 6, ConcurrencyPerSystemMax = concurrency };
        var scheduler = new PumpedScheduler();
        await using var cases = new Cases(world, ledger, book, options, time, scheduler);
        var id = resume ?? (await cases.OpenAsync(subject, CaseCause.Offboarding, "leaves", "test", CancellationToken.None)).Id;
        cases.ResumeAll();
        var running = cases.RunningAsync(id);
        await scheduler.PumpAsync(running, () => time.AdvanceToNextTimer(TimeSpan.FromSeconds(90)));
        return (book.Find(id)!, running.IsFaulted);
    }

    /// <summary>Reads all cases from a ledger.</summary>
    public static async Task<CaseBook> BookOfAsync(ILedger ledger)
    {
        var book = new CaseBook();
        await foreach (var entry in ledger.ReadAsync(0, CancellationToken.None))
        {
            book.Apply(entry);
        }

        return book;
    }
}
