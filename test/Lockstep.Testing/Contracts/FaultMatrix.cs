using System.Globalization;
using Lockstep.Connectors;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Testing.Contracts;

/// <summary>
/// Every fault before every kind of cut, on the real system: what the connector says is held against what the system's own client finds.
/// A row a fault: nothing lost (the same order made again succeeds), nothing doubled, nothing called verified that is not so.
/// </summary>
public abstract class FaultMatrix(ITestOutputHelper output)
{
    private const int CutsPerFault = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly (Fault Fault, long After)[] Broken =
    [
        (Fault.Refuse, 0), (Fault.Stall, 0), (Fault.Reset, 0), (Fault.Reset, 40), (Fault.LoseAnswer, 0), (Fault.LoseAnswer, 40),
    ];

    private readonly Queue<CutTrial> _trials = [];
    private readonly List<string> _rows = [];

    /// <summary>Gets the connector's name in the table.</summary>
    protected abstract string Name { get; }

    /// <summary>Gets whether the system speaks HTTP, so that an answer can be a lie and not only broken.</summary>
    protected abstract bool SpeaksHttp { get; }

    /// <summary>Starts or joins a real system.</summary>
    protected abstract Task<IConnectorSubject> StartAsync();

    [Fact]
    public async Task No_fault_loses_an_intent_doubles_an_effect_or_is_believed()
    {
        await using var subject = await StartAsync();
        var seeded = await subject.SeedAsync();
        var broken = 0;
        foreach (var (fault, after) in Broken)
        {
            await using var proxy = new FaultProxy(subject.Port);
            var name = after > 0 ? $"{Word(fault)} after {after} bytes" : Word(fault);
            broken += await RowAsync(subject, seeded, new(name, proxy.Port, IsWarm: false, () => proxy.Set(fault, after),
                () => proxy.Set(Fault.None), () => proxy.Fired));
        }

        foreach (var fault in SpeaksHttp ? Enum.GetValues<HttpFault>().Where(f => f != HttpFault.None) : [])
        {
            await using var proxy = new HttpFaultProxy(subject.Port);
            broken += await RowAsync(subject, seeded, new(Word(fault), proxy.Port, IsWarm: true, () => proxy.Set(fault),
                () => proxy.Set(HttpFault.None), () => proxy.Fired));
        }

        var folder = Directory.CreateDirectory(Path.Combine(OutsideFolders.Repository, "artifacts", "faults"));
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, $"{Name}.md"), _rows);
        _rows.ForEach(output.WriteLine);
        Assert.True(broken == 0, string.Join('\n', _rows));
    }

    private static string Word<T>(T fault)
        where T : Enum => string.Concat(fault.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : $"{c}"));

    /// <summary>Tries cuts, and one listing, under the fault; gives how many claims were wrong.</summary>
    private async Task<int> RowAsync(IConnectorSubject subject, IReadOnlyList<LinkKey> seeded, Shot shot)
    {
        var trials = await NextTrialsAsync(subject);
        var tally = new Tally();
        foreach (var trial in trials)
        {
            await using var connector = subject.Connect(shot.Port);
            await TryAsync((ICutAccess)connector, trial, shot, tally);
        }

        var cutsFired = tally.Fired;
        var listed = await ListAsync(subject, seeded, shot, tally);
        var isMissed = cutsFired < trials.Count && shot.Name != Word(HttpFault.DropsLastPage);
        tally.Lies += isMissed ? 1 : 0;
        _rows.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"| {shot.Name} | {Name} | {trials.Count} | {tally.Fired}{(isMissed ? " (too few)" : "")} | {tally.Acknowledged} ack, "
            + $"{trials.Count - tally.Acknowledged} failed | {tally.Gone} gone, {tally.There} there, {tally.Unknown} unknown | {listed} "
            + $"| {tally.Lost} | {tally.Doubled} | {tally.Lies} |"));
        return tally.Lost + tally.Doubled + tally.Lies;
    }

    /// <summary>Takes the next cuts in turn, so that over all faults every kind of cut meets several of them.</summary>
    private async Task<List<CutTrial>> NextTrialsAsync(IConnectorSubject subject)
    {
        while (_trials.Count < CutsPerFault)
        {
            foreach (var trial in (await subject.TrialsAsync()).DistinctBy(t => (t.Cut.Kind, t.Cut.Target.Kind, t.Cut.Link?.Kind)))
            {
                _trials.Enqueue(trial);
            }
        }

        return [.. Enumerable.Range(0, CutsPerFault).Select(_ => _trials.Dequeue())];
    }

    private static async Task TryAsync(ICutAccess cutter, CutTrial trial, Shot shot, Tally tally)
    {
        var key = new StepKey(Guid.NewGuid(), 0);
        if (shot.IsWarm)
        {
            await WithinAsync(token => cutter.LookAsync(trial.Cut, token));
        }

        shot.Set();
        var order = await WithinAsync(token => cutter.CutAsync(trial.Cut, key, token));
        var look = await WithinAsync(token => cutter.LookAsync(trial.Cut, token));
        var probe = await WithinAsync(token => ((IProbeAccess)cutter).ProbeAsync(trial.Cut, token));
        tally.Fired += shot.Fired();
        shot.Clear();
        tally.Acknowledged += order is CutOutcome.Acknowledged ? 1 : 0;
        _ = look switch { LookOutcome.Gone => tally.Gone++, LookOutcome.StillThere => tally.There++, _ => tally.Unknown++ };
        var isVerified = order is CutOutcome.Acknowledged && look is LookOutcome.Gone
            && probe is ProbeOutcome.Refused or ProbeOutcome.NotProbeable;
        tally.Lies += isVerified && await trial.HoldsAsync() ? 1 : 0;

        // The case asks again with the same key when the fault is over: the intent must come true, and once.
        var again = await cutter.CutAsync(trial.Cut, key, default);
        var seen = await cutter.LookAsync(trial.Cut, default);
        tally.Lost += again is CutOutcome.Acknowledged && seen is LookOutcome.Gone && !await trial.HoldsAsync() ? 0 : 1;
        tally.Doubled += await cutter.CutAsync(trial.Cut, key, default) is CutOutcome.Acknowledged && !await trial.HoldsAsync() ? 0 : 1;
    }

    /// <summary>A listing under the fault: incomplete, or complete and then with everything that is there.</summary>
    private static async Task<string> ListAsync(IConnectorSubject subject, IReadOnlyList<LinkKey> seeded, Shot shot, Tally tally)
    {
        await using var connector = subject.Connect(shot.Port);
        if (shot.Name == Word(HttpFault.ReplaysOldAnswers))
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
            tally.Fired += shot.Fired();
            shot.Clear();
        }
    }

    /// <summary>Gives the answer, or nothing if it did not come in time: as a case that stops waiting.</summary>
    private static async Task<T?> WithinAsync<T>(Func<CancellationToken, Task<T>> ask)
        where T : class
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await ask(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>One fault in one proxy. Warm: what the connector asks before is let through, so that there is something to replay.</summary>
    private sealed record Shot(string Name, int Port, bool IsWarm, Action Set, Action Clear, Func<int> Fired);

    private sealed class Tally
    {
        public int Fired { get; set; }

        public int Acknowledged { get; set; }

        public int Gone { get; set; }

        public int There { get; set; }

        public int Unknown { get; set; }

        public int Lost { get; set; }

        public int Doubled { get; set; }

        public int Lies { get; set; }
    }
}
