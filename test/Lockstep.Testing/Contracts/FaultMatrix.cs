using Lockstep.Connectors;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Testing.Contracts;

/// <summary>
/// Every fault before the orders that the connector takes, and before its listing, on the real system: what the connector says is held
/// against what the system's own client finds. A row a fault: nothing lost (the same order made again comes true), nothing doubled,
/// nothing called verified that is not so. A fault that does not fire proves nothing and fails; one that cannot be says why.
/// An answer that is lost and one that is a lie meet every order; other faults meet some in turn, so that each order meets several.
/// </summary>
public abstract class FaultMatrix(ITestOutputHelper output)
{
    private const int OrdersOfRefusals = 2;

    private static readonly IReadOnlyCollection<HttpFault> HidingOrFaking =
        [HttpFault.SwallowsWrites, HttpFault.DropsLastPage, HttpFault.ReplaysOldAnswers];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MuchPatience = TimeSpan.FromSeconds(30);

    private static readonly (Fault Fault, long After)[] Broken =
    [
        (Fault.Refuse, 0), (Fault.Stall, 0), (Fault.Reset, 0), (Fault.Reset, 40), (Fault.LoseAnswer, 0), (Fault.LoseAnswer, 40),
    ];

    private readonly List<string> _rows = [];
    private readonly Queue<FaultTrial> _inTurn = [];

    /// <summary>Gets the connector's name in the table.</summary>
    protected abstract string Name { get; }

    /// <summary>Gets the faults that cannot be with this protocol or connector, each with the reason.</summary>
    protected abstract IReadOnlyDictionary<HttpFault, string> CannotBe { get; }

    /// <summary>Gets the faults that no listing meets, since it makes none of the calls that they are about.</summary>
    protected virtual IReadOnlyCollection<HttpFault> NotInListings => [HttpFault.SwallowsWrites];

    /// <summary>Gets the faults that no order meets, since only listings make such calls.</summary>
    protected virtual IReadOnlyCollection<HttpFault> NotInOrders => [HttpFault.DropsLastPage];

    /// <summary>Starts or joins a real system.</summary>
    protected abstract Task<IConnectorSubject> StartAsync();

    /// <summary>Puts something in front of the system that answers falsely on demand.</summary>
    protected abstract Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject);

    /// <summary>Makes orders besides the cuts: rotations.</summary>
    protected virtual Task<IReadOnlyList<FaultTrial>> MoreAsync(IConnectorSubject subject) => Task.FromResult<IReadOnlyList<FaultTrial>>([]);

    [Fact]
    public async Task No_fault_loses_an_intent_doubles_an_effect_or_is_believed()
    {
        await using var subject = await StartAsync();
        var seeded = await subject.SeedAsync();
        var wrong = 0;
        foreach (var (fault, after) in Broken)
        {
            await using var proxy = new FaultProxy(subject.Port);
            var name = after > 0 ? $"{Word(fault)} after {after} bytes" : Word(fault);
            wrong += await RowAsync(subject, seeded, new(name, () => subject.Connect(proxy.Port), IsWarm: false,
                () => proxy.Set(fault, after), () => proxy.Set(Fault.None), () => proxy.Fired) { IsSlow = fault == Fault.Stall, HidesEffects = fault == Fault.LoseAnswer && after == 0 });
        }

        foreach (var fault in Enum.GetValues<HttpFault>().Where(f => f != HttpFault.None))
        {
            if (CannotBe.TryGetValue(fault, out var why))
            {
                _rows.Add($"| {Word(fault)} | {Name} | cannot be: {why} | | | | | | | |");
                continue;
            }

            await using var lying = await StartLyingAsync(subject);
            wrong += await RowAsync(subject, seeded, new(Word(fault), () => lying.Connect(subject), IsWarm: true,
                () => lying.Set(fault), () => lying.Set(HttpFault.None), () => lying.Fired)
            {
                IsInOrders = !NotInOrders.Contains(fault), IsInListing = !NotInListings.Contains(fault), NeedsOld = fault == HttpFault.ReplaysOldAnswers,
                HidesEffects = HidingOrFaking.Contains(fault),
            });
        }

        var folder = Directory.CreateDirectory(Path.Combine(OutsideFolders.Repository, "artifacts", "faults"));
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, $"{Name}.md"), _rows);
        _rows.ForEach(output.WriteLine);
        Assert.True(wrong == 0, string.Join('\n', _rows));
    }

    private static string Word<T>(T fault)
        where T : Enum => string.Concat(fault.ToString().Select((c, i) => i == 0 || char.IsLower(c) || IsInNumber(fault.ToString(), i) ? $"{c}"
            : $" {char.ToLowerInvariant(c)}"));

    private static bool IsInNumber(string word, int at) => char.IsDigit(word[at]) && char.IsDigit(word[at - 1]);

    /// <summary>Gives every order, and lists once, under the fault; gives how many claims were wrong.</summary>
    private async Task<int> RowAsync(IConnectorSubject subject, IReadOnlyList<LinkKey> seeded, Shot shot)
    {
        var trials = await TrialsAsync(subject, shot.HidesEffects);
        var tally = new FaultTally();
        await OrdersAsync(trials, shot, tally);
        var listed = await ListAsync(seeded, shot, tally);

        // A fault that did not fire shows nothing: at each order once at least, and once in the listing. Of orders that all meet a lie at
        // once some may be refused before it, as when two edit one file: then it counts for each that was said to be done.
        var quota = shot.HidesEffects ? Math.Max(tally.Acknowledged, (trials.Count + 1) / 2) : trials.Count;
        var isMissed = (shot.IsInOrders && tally.FiredAtOrders < quota) || (shot.IsInListing && tally.FiredAtListing == 0);
        _rows.Add(tally.Row(shot.Name, Name, listed, isMissed ? $" (too few; {tally.Refusals})" : ""));
        return tally.Wrong + (isMissed ? 1 : 0);
    }

    private async Task<List<FaultTrial>> TrialsAsync(IConnectorSubject subject, bool isAll)
    {
        if (isAll || _inTurn.Count == 0)
        {
            _inTurn.Clear();
            await subject.ForgetTrialsAsync();
            List<FaultTrial> fresh = [.. (await subject.TrialsAsync()).Select(FaultTrial.Of), .. await MoreAsync(subject)];
            if (isAll)
            {
                return fresh;
            }

            fresh.ForEach(_inTurn.Enqueue);
        }

        return [.. Enumerable.Range(0, Math.Min(OrdersOfRefusals, _inTurn.Count)).Select(_ => _inTurn.Dequeue())];
    }

    /// <summary>Gives all orders at the same time while the fault is in force, and afterwards each again, with its key.</summary>
    private static async Task OrdersAsync(List<FaultTrial> trials, Shot shot, FaultTally tally)
    {
        var attempts = trials.ConvertAll(t => new Attempt(t, shot.Connect(), new StepKey(Guid.NewGuid(), 0)));
        foreach (var attempt in attempts.Where(_ => shot.IsWarm))
        {
            await WithinAsync(MuchPatience, stop => attempt.Trial.LookAsync(attempt.Connector, stop));
        }

        shot.Set();
        var answers = await Task.WhenAll(attempts.Select(a => GiveAsync(a, shot.IsSlow ? Patience : MuchPatience)));
        tally.FiredAtOrders += shot.Fired();
        shot.Clear();
        foreach (var (attempt, (order, look, probe)) in attempts.Zip(answers))
        {
            tally.Count(order, look);
            var isVerified = order is CutOutcome.Acknowledged && look is LookOutcome.Gone
                && probe is ProbeOutcome.Refused or ProbeOutcome.NotProbeable;
            tally.Lies += isVerified && await attempt.Trial.HoldsAsync() ? 1 : 0;
            await RepeatAsync(attempt, tally);
            await attempt.Connector.DisposeAsync();
        }
    }

    private static async Task<(CutOutcome? Order, LookOutcome? Look, ProbeOutcome? Probe)> GiveAsync(Attempt attempt, TimeSpan patience) =>
        (await WithinAsync(patience, stop => attempt.Trial.OrderAsync(attempt.Connector, attempt.Key, stop)),
            await WithinAsync(patience, stop => attempt.Trial.LookAsync(attempt.Connector, stop)),
            await WithinAsync(patience, stop => attempt.Trial.ProbeAsync(attempt.Connector, stop)));

    /// <summary>The case asks again with the same key when the fault is over: the intent must come true, and once.</summary>
    private static async Task RepeatAsync(Attempt attempt, FaultTally tally)
    {
        var (trial, connector) = (attempt.Trial, attempt.Connector);
        var again = await trial.OrderAsync(connector, attempt.Key, default);
        var seen = await trial.LookAsync(connector, default);
        tally.Lost += again is CutOutcome.Acknowledged && seen is LookOutcome.Gone && !await trial.HoldsAsync() ? 0 : 1;
        var third = await trial.OrderAsync(connector, attempt.Key, default);
        tally.Doubled += third is CutOutcome.Acknowledged && !await trial.HoldsAsync() ? 0 : 1;
    }

    /// <summary>A listing under the fault: incomplete, or complete and then with everything that is there.</summary>
    private static async Task<string> ListAsync(IReadOnlyList<LinkKey> seeded, Shot shot, FaultTally tally)
    {
        await using var connector = shot.Connect();
        if (shot.NeedsOld)
        {
            await Listing.ReadAsync(connector);
        }

        shot.Set();
        try
        {
            var listing = await Listing.ReadAsync(connector);
            var missing = listing.Gaps.Count > 0 ? 0 : seeded.Except(listing.Links).Count();
            tally.Lies += missing;
            return missing > 0 ? $"complete, and {missing} missing" : listing.Gaps.Count > 0 ? "with gaps that are named" : "complete";
        }
        catch (IncompleteObservationException)
        {
            return "incomplete";
        }
        finally
        {
            tally.FiredAtListing += shot.Fired();
            shot.Clear();
        }
    }

    /// <summary>Gives the answer, or nothing if it did not come in time: as a case that stops waiting.</summary>
    private static async Task<T?> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> ask)
        where T : class
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            return await ask(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private sealed record Attempt(FaultTrial Trial, IConnector Connector, StepKey Key);

    /// <summary>One fault. Warm: what the connector asks before is let through, so that there is something to replay.</summary>
    private sealed record Shot(string Name, Func<IConnector> Connect, bool IsWarm, Action Set, Action Clear, Func<int> Fired)
    {
        public bool IsSlow { get; init; }

        public bool IsInOrders { get; init; } = true;

        public bool IsInListing { get; init; } = true;

        public bool NeedsOld { get; init; }

        public bool HidesEffects { get; init; }
    }
}
