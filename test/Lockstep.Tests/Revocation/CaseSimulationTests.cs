using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Revocation;
using Lockstep.Testing;
using Lockstep.Testing.Ledger;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Tests.Revocation;

public sealed class CaseSimulationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Without_faults_a_case_is_verified_and_nothing_is_left()
    {
        var time = new ManualTimeProvider(Start);
        var world = new LeaverWorld(1, 0, time);

        var view = await RunAsync(world, time);

        Assert.Equal(CaseState.Verified, view.State);
        Assert.Empty(world.TrueAccess());
        Assert.All(view.Steps, s => Assert.Equal(StepState.Verified, s.State));
        Assert.Contains(view.Steps, s => s.Plan.Cut?.Kind == CutKind.RotateCredential && s.ProvenBy == ProofKind.Probe);
        Assert.False(world.Systems["db"].Accepts(LeaverWorld.Password, LeaverWorld.OldValue));
        Assert.True(world.Systems["db"].Accepts(LeaverWorld.Password, world.Systems["vault"].Current(LeaverWorld.Secret)));
    }

    /// <summary>A secret must not be rotated while the leaver's old token is still served from the vault's cache.</summary>
    [Fact]
    public async Task Rotation_waits_until_the_cache_has_run_out()
    {
        var time = new ManualTimeProvider(Start);
        var view = await RunAsync(new LeaverWorld(1, 0, time), time);

        var lastCut = view.Steps.Where(s => s.Plan.Phase < CasePhase.WaitForCaches).Max(s => s.AcknowledgedAt);
        var rotation = Assert.Single(view.Steps, s => s.Plan.Cut?.Kind == CutKind.RotateCredential);
        Assert.True(rotation.RequestedAt >= lastCut + TimeSpan.FromSeconds(20));
    }

    /// <summary>A session that is still open opens another while the case runs: the next round finds and ends it.</summary>
    [Fact]
    public async Task A_session_minted_while_the_case_runs_is_found_and_ended()
    {
        var time = new ManualTimeProvider(Start);
        var world = new LeaverWorld(1, 0, time);
        var minted = NodeId.Of("db", NodeKinds.Session, "2");
        world.Systems["db"].OnCut = () =>
        {
            if (world.Minted.Count == 0)
            {
                world.Minted.Add(minted);
            }
        };

        var view = await RunAsync(world, time);

        Assert.Equal(CaseState.Verified, view.State);
        Assert.True(view.Round > 1);
        Assert.Contains(view.Steps, s => s.Plan.Cut?.Target == minted && s.State == StepState.Verified);
    }

    /// <summary>
    /// Goal: whatever the systems do, a case never claims more than the truth and always ends. Method: 500 seeds of faults in every
    /// call; the oracle asks the systems themselves. To replay a failure, run the seed that the message names.
    /// </summary>
    [Fact]
    public async Task A_case_settles_every_step_and_never_claims_more_than_the_truth()
    {
        var (faults, verified) = (0, 0);
        for (var seed = 0; seed < 500; seed++)
        {
            var time = new ManualTimeProvider(Start);
            var world = new LeaverWorld(seed, 0.05 + (seed % 4 * 0.15), time);

            var view = await RunAsync(world, time, concurrency: 1 + (seed % 8));

            faults += world.FaultsFired;
            verified += view.State == CaseState.Verified ? 1 : 0;
            AssertTrue(seed, world, view);
        }

        Assert.True(faults > 2_500, $"only {faults} faults fired");
        Assert.True(verified > 40, $"only {verified} cases could be verified");
    }

    /// <summary>
    /// Goal: a process may die between any two lines. Method: end it before, and after, the n-th ledger write, for n = 1, 2, 3 … until
    /// a whole case passes; go on with a new process each time; the case ends as it would have, and no effect is doubled.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_case_survives_death_at_every_ledger_write(bool afterWriting)
    {
        var deaths = 0;
        List<string> rows = [];
        for (var n = 2; ; n++)
        {
            var time = new ManualTimeProvider(Start);
            var world = new LeaverWorld(1, 0, time);
            using var ledger = new MemoryLedger(time);

            var dying = new CrashPointLedger(ledger, n, afterWriting);
            var (view, died) = await CaseSimulation.RunAsync(world, dying, time, LeaverWorld.Dana);
            if (died)
            {
                deaths++;
                var (written, kind) = (ledger.Latest.Size, await LastKindAsync(ledger));
                (view, _) = await CaseSimulation.RunAsync(world, ledger, time, LeaverWorld.Dana, view.Id);
                rows.Add($"| {n} | {(afterWriting ? "after" : "before")} | {written} | {kind} | {view.State} | {world.TrueAccess().Count} "
                    + $"| {world.Systems["vault"].VersionsStored} | {world.Systems["db"].ValuesSet} |");
            }

            AssertDoneOnce($"death at write {n}", world, view);
            if (!died)
            {
                break;
            }
        }

        Assert.True(deaths > 20, $"only {deaths} deaths");
        var folder = Directory.CreateDirectory(Path.Combine(OutsideFolders.Repository, "artifacts", "crash-points"));
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, afterWriting ? "after.md" : "before.md"), rows);
    }

    private static async Task<string> LastKindAsync(MemoryLedger ledger)
    {
        var last = "nothing";
        await foreach (var entry in ledger.ReadAsync(0, CancellationToken.None))
        {
            last = entry.Kind;
        }

        return last;
    }

    /// <summary>Processes that die again and again, each after a few writes, get there as well.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(11)]
    public async Task A_case_survives_a_death_every_few_writes(int writes)
    {
        var time = new ManualTimeProvider(Start);
        var world = new LeaverWorld(1, 0, time);
        using var ledger = new MemoryLedger(time);
        Guid? id = null;
        var (view, died, deaths) = ((CaseView?)null, true, -1);
        for (; died; deaths++)
        {
            var dying = new CrashPointLedger(ledger, writes, written: true);
            (view, died) = await CaseSimulation.RunAsync(world, dying, time, LeaverWorld.Dana, id);
            id = view.Id;
            Assert.True(deaths < 500, "the case does not come to an end");
        }

        AssertDoneOnce($"{deaths} deaths", world, view!);
        Assert.True(deaths > 2, $"only {deaths} deaths");
    }

    private static void AssertDoneOnce(string when, LeaverWorld world, CaseView view)
    {
        Assert.True(view.State == CaseState.Verified, $"{when}: {view.State} {view.Summary}");
        Assert.Empty(world.TrueAccess());
        Assert.Equal(1, world.Systems["vault"].VersionsStored);
        Assert.Equal(1, world.Systems["db"].ValuesSet);
        Assert.True(world.Systems["db"].Accepts(LeaverWorld.Password, world.Systems["vault"].Current(LeaverWorld.Secret)));
    }

    private static void AssertTrue(int seed, LeaverWorld world, CaseView view)
    {
        Assert.True(view.IsClosed, $"seed {seed}: the case did not end");
        Assert.True(view.State != CaseState.Verified || world.TrueAccess().Count == 0, $"seed {seed}: verified, yet access lives");
        foreach (var step in view.Steps.Where(s => s.State == StepState.Verified && s.Plan.Cut is not null))
        {
            var system = world.Systems[step.Plan.SystemName];
            var isTrue = step.Plan.Cut!.Kind switch
            {
                CutKind.DisableAccount => system.Disabled.Contains(step.Plan.Cut.Target),
                CutKind.RemoveLink => system.Removed.Contains(step.Plan.Cut.Link!),
                CutKind.RotateCredential => !system.Accepts(LeaverWorld.Password, LeaverWorld.OldValue),
                _ => system.Gone.Contains(step.Plan.Cut.Target),
            };
            Assert.True(isTrue, $"seed {seed}: step {step.Plan.Index} verified, yet {step.Plan.What} is not so");
        }
    }

    private static async Task<CaseView> RunAsync(LeaverWorld world, ManualTimeProvider time, int concurrency = 1)
    {
        using var ledger = new MemoryLedger(time);
        return (await CaseSimulation.RunAsync(world, ledger, time, LeaverWorld.Dana, resume: null, concurrency)).View;
    }
}
