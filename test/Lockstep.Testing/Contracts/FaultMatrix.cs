using System.Globalization;
using Lockstep.Connectors;
using Xunit;

namespace Lockstep.Testing.Contracts;

/// <summary>
/// Every fault before every kind of cut, on the real system: what the connector says is held against what the system's own client finds.
/// A row a fault: nothing lost (the same order made again succeeds), nothing doubled, nothing called verified that is not so.
/// </summary>
public abstract class FaultMatrix(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
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
        var broken = 0;
        foreach (var (fault, after) in new[] { (Fault.Refuse, 0L), (Fault.Stall, 0), (Fault.Reset, 0), (Fault.Reset, 40), (Fault.LoseAnswer, 0), (Fault.LoseAnswer, 40) })
        {
            await using var proxy = new FaultProxy(subject.Port);
            await using var connector = subject.Connect(proxy.Port);
            var name = after > 0 ? $"{Word(fault)} after {after} bytes" : Word(fault);
            broken += await RowAsync(subject, connector, name, () => proxy.Set(fault, after), () => proxy.Set(Fault.None), () => proxy.Fired);
        }

        foreach (var fault in SpeaksHttp ? Enum.GetValues<HttpFault>().Where(f => f != HttpFault.None) : [])
        {
            await using var proxy = new HttpFaultProxy(subject.Port);
            await using var connector = subject.Connect(proxy.Port);
            broken += await RowAsync(subject, connector, Word(fault), () => proxy.Set(fault), () => proxy.Set(HttpFault.None), () => proxy.Fired);
        }

        var folder = Directory.CreateDirectory(Path.Combine(OutsideFolders.Repository, "artifacts", "faults"));
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, $"{Name}.md"), _rows);
        _rows.ForEach(output.WriteLine);
        Assert.True(broken == 0, string.Join('\n', _rows));
    }

    private static string Word<T>(T fault)
        where T : Enum => string.Concat(fault.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : $"{c}"));

    /// <summary>Tries one cut of each kind under the fault; gives how many claims were wrong.</summary>
    private async Task<int> RowAsync(
        IConnectorSubject subject, IConnector connector, string fault, Action set, Action clear, Func<int> fired)
    {
        var trials = (await subject.TrialsAsync()).DistinctBy(t => (t.Cut.Kind, t.Cut.Target.Kind, t.Cut.Link?.Kind)).Take(4).ToList();
        var (acknowledged, failed, gone, there, unknown, shots) = (0, 0, 0, 0, 0, 0);
        var (lost, doubled, lies) = (0, 0, 0);
        foreach (var trial in trials)
        {
            var (cutter, key) = ((ICutAccess)connector, new StepKey(Guid.NewGuid(), 0));
            await WithinAsync(token => cutter.LookAsync(trial.Cut, token));
            set();
            var order = await WithinAsync(token => cutter.CutAsync(trial.Cut, key, token));
            var look = await WithinAsync(token => cutter.LookAsync(trial.Cut, token));
            var probe = await WithinAsync(token => ((IProbeAccess)connector).ProbeAsync(trial.Cut, token));
            shots += fired();
            clear();
            _ = order is CutOutcome.Acknowledged ? acknowledged++ : failed++;
            _ = look switch { LookOutcome.Gone => gone++, LookOutcome.StillThere => there++, _ => unknown++ };
            var isVerified = order is CutOutcome.Acknowledged && look is LookOutcome.Gone && probe is ProbeOutcome.Refused or ProbeOutcome.NotProbeable;
            lies += isVerified && look is LookOutcome.Gone && await trial.HoldsAsync() ? 1 : 0;

            // The case asks again with the same key when the fault is over: the intent must come true, and once.
            var again = await cutter.CutAsync(trial.Cut, key, default);
            var seen = await cutter.LookAsync(trial.Cut, default);
            lost += again is CutOutcome.Acknowledged && seen is LookOutcome.Gone && !await trial.HoldsAsync() ? 0 : 1;
            doubled += await cutter.CutAsync(trial.Cut, key, default) is CutOutcome.Acknowledged && !await trial.HoldsAsync() ? 0 : 1;
        }

        _rows.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault} | {Name} | {trials.Count} | {shots} | {acknowledged} ack, {failed} failed | {gone} gone, {there} there, {unknown} unknown "
            + $"| {lost} | {doubled} | {lies} |"));
        return lost + doubled + lies;
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
}
