using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Revocation;
using Lockstep.Testing.Ledger;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Tests.Revocation;

/// <summary>One trouble at a time, chosen and not drawn: what a case may and may not do about it.</summary>
public sealed class CaseTroubleTests : IDisposable
{
    private static readonly NodeId SharedSession = NodeId.Of("db", NodeKinds.Session, "shared");

    private readonly ManualTimeProvider _time = new(CaseSimulation.Start);
    private readonly MemoryLedger _ledger;
    private readonly LeaverWorld _world;

    public CaseTroubleTests() => (_ledger, _world) = (new(_time), new(1, 0, _time));

    public void Dispose() => _ledger.Dispose();

    private FaultySystem Vault => _world.Systems["vault"];

    private FaultySystem Db => _world.Systems["db"];

    /// <summary>
    /// The vault holds a value that was replaced in the database long ago and that somebody may remember: it must not come back.
    /// </summary>
    [Fact]
    public async Task A_stale_value_in_the_vault_is_never_set_again()
    {
        Vault.SetSecret(LeaverWorld.Secret, "stale");

        var view = await RunAsync();

        Assert.Equal(CaseState.Verified, view.State);
        Assert.False(Db.Accepts(LeaverWorld.Password, "stale"));
        Assert.False(Db.Accepts(LeaverWorld.Password, LeaverWorld.OldValue));
        Assert.True(Db.Accepts(LeaverWorld.Password, Vault.Current(LeaverWorld.Secret)));
    }

    [Fact]
    public async Task A_vault_that_says_yes_and_stores_nothing_leaves_the_old_value_and_a_failed_case()
    {
        Vault.Trouble = Trouble.Ignores;

        var view = await RunAsync();

        Assert.Equal(CaseState.Failed, view.State);
        Assert.Equal("LS7012", Rotation(view).Error?.Code);
        Assert.Equal(0, Db.ValuesSet);
    }

    /// <summary>The leaver's cloud account could not be disabled and reads the secret: a new value would be handed to the leaver.</summary>
    [Fact]
    public async Task A_value_is_not_rotated_while_the_leaver_can_still_read_it()
    {
        _world.Systems["cloud"].Trouble = Trouble.Forbids;

        var view = await RunAsync();

        Assert.Equal(CaseState.Failed, view.State);
        Assert.Equal((StepState.Residual, 0), (Rotation(view).State, Vault.VersionsStored));
        Assert.Contains("can still read", Rotation(view).Evidence[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Trouble.Ignores)]
    [InlineData(Trouble.Hangs)]
    [InlineData(Trouble.Forbids)]
    public async Task A_directory_in_trouble_costs_its_own_steps_and_no_others(Trouble trouble)
    {
        _world.Systems["dir"].Trouble = trouble;

        var view = await RunAsync();

        Assert.Equal(CaseState.Failed, view.State);
        Assert.All(view.Steps, s => Assert.Equal(s.Plan.SystemName == "dir" ? StepState.Failed : StepState.Verified, s.State));
    }

    /// <summary>Everything that the step sees is fine; what an incomplete listing hides is not known.</summary>
    [Fact]
    public async Task A_system_that_cannot_be_listed_keeps_its_case_from_being_verified()
    {
        _world.Unlisted.Add("db");

        var view = await RunAsync();

        Assert.All(view.Steps, s => Assert.Equal(StepState.Verified, s.State));
        Assert.Equal(CaseState.Failed, view.State);
        Assert.Contains("db", view.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Trouble.MuteProbe)]
    [InlineData(Trouble.HangsProbe)]
    public async Task No_answer_to_a_probe_is_no_refusal(Trouble trouble)
    {
        _world.Systems["dir"].Trouble = trouble;

        var view = await RunAsync();

        var disabling = Assert.Single(view.Steps, s => s.Plan is { SystemName: "dir", Cut.Kind: CutKind.DisableAccount });
        Assert.Equal((StepState.Failed, (ProofKind?)null), (disabling.State, disabling.ProvenBy));
        Assert.Equal(CaseState.Failed, view.State);
    }

    /// <summary>What still works until an instant is residual until then, is tried again after it, and closes the case anew.</summary>
    [Fact]
    public async Task What_still_works_for_a_while_is_residual_and_verified_when_its_clock_has_run_out()
    {
        var end = _time.GetUtcNow() + TimeSpan.FromMinutes(10);
        (_world.Systems["dir"].Trouble, _world.Systems["dir"].LingersUntil) = (Trouble.Lingers, end);
        var sightings = new List<(CaseState, DateTimeOffset?)>();
        _time.OnAdvance = now => _world.Systems["dir"].Trouble = now >= end ? Trouble.None : Trouble.Lingers;

        var scheduler = new PumpedScheduler();
        await using var cases = new Cases(_world, _ledger, new CaseBook(), new CaseOptions(), _time, scheduler);
        var opened = await cases.OpenAsync(LeaverWorld.Dana, CaseCause.Offboarding, "leaves", "test", CancellationToken.None);
        await scheduler.PumpAsync(cases.RunningAsync(opened.Id), () =>
        {
            var view = cases.Book.Find(opened.Id)!;
            if (view.IsClosed)
            {
                sightings.Add((view.State, view.Until));
            }

            return _time.AdvanceToNextTimer(TimeSpan.FromHours(1));
        });

        Assert.Contains((CaseState.Residual, end), sightings);
        Assert.Equal(CaseState.Verified, cases.Book.Find(opened.Id)!.State);
        var file = await CertificateFile.IssueAsync(cases.Book.Find(opened.Id)!, _ledger, CancellationToken.None);
        Assert.IsType<CertificateOutcome.Holds>(CertificateVerifier.Verify(file, _ledger.VerifierKey));
    }

    /// <summary>Whatever a system is told, the ledger held before that it would be told.</summary>
    [Fact]
    public async Task Nothing_is_sent_that_the_ledger_does_not_hold_first()
    {
        var (orders, unannounced) = (0, 0);
        foreach (var system in _world.Systems.Values)
        {
            system.OnOrder = key =>
            {
                orders++;
                var book = CaseSimulation.BookOfAsync(_ledger).GetAwaiter().GetResult();
                unannounced += book.Find(key.CaseId)?.Steps[key.StepIndex].State is null or StepState.Pending ? 1 : 0;
            };
        }

        Assert.Equal(CaseState.Verified, (await RunAsync()).State);
        Assert.Equal(0, unannounced);
        Assert.True(orders > 8, $"only {orders} orders");
    }

    /// <summary>
    /// A session of the shared account, opened while the case ran and before the rotation, has the old value; a later one has the new.
    /// </summary>
    [Fact]
    public async Task A_session_opened_with_the_old_value_while_the_case_ran_is_ended_and_a_later_one_is_not()
    {
        var later = NodeId.Of("db", NodeKinds.Session, "later");
        _world.Systems["cloud"].OnCut = () => _world.SharedSessions.TryAdd(SharedSession, _time.GetUtcNow());
        _world.OnObserve = () => _world.SharedSessions.TryAdd(later, _time.GetUtcNow() + TimeSpan.FromSeconds(1));

        var view = await RunAsync();

        Assert.Equal(CaseState.Verified, view.State);
        Assert.Contains(SharedSession, Db.Gone);
        Assert.DoesNotContain(later, Db.Gone);
    }

    [Fact]
    public async Task Access_that_is_made_as_fast_as_it_is_cut_is_said_to_be_left()
    {
        Db.OnCut = () => _world.Minted.Add(NodeId.Of("db", NodeKinds.Session, $"m{_world.Minted.Count}"));

        var view = await RunAsync();

        Assert.Equal((CaseState.Residual, (DateTimeOffset?)null), (view.State, view.Until));
        Assert.Contains(view.Uncut, u => u.Why.Contains("still new after 5 rounds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_single_cut_that_no_connector_makes_is_not_verified()
    {
        var cut = new Cut { Kind = CutKind.RevokeCredential, Target = NodeId.Of("elsewhere", NodeKinds.Credential, "key") };
        await using var cases = new Cases(_world, _ledger, new CaseBook(), new CaseOptions(), _time);

        var opened = await cases.RevokeAsync(cut, "leaked", "test", CancellationToken.None);
        await cases.RunningAsync(opened.Id);

        var view = cases.Book.Find(opened.Id)!;
        Assert.Equal(CaseState.Residual, view.State);
        Assert.Single(view.Uncut);
    }

    [Fact]
    public async Task A_single_cut_is_verified_though_its_account_keeps_other_access()
    {
        var cut = new Cut { Kind = CutKind.EndSession, Target = NodeId.Of("db", NodeKinds.Session, "1") };
        await using var cases = new Cases(_world, _ledger, new CaseBook(), new CaseOptions(), _time);

        var opened = await cases.RevokeAsync(cut, "idle", "test", CancellationToken.None);
        await cases.RunningAsync(opened.Id);

        var view = cases.Book.Find(opened.Id)!;
        Assert.Equal((CaseState.Verified, 1), (view.State, view.Steps.Count));
        Assert.Empty(_world.Systems["dir"].Disabled);
    }

    [Fact]
    public async Task Who_asks_twice_gets_one_case()
    {
        _world.Systems["dir"].Trouble = Trouble.Hangs;
        await using var cases = new Cases(_world, _ledger, new CaseBook(), new CaseOptions(), _time);

        var first = await cases.OpenAsync(LeaverWorld.Dana, CaseCause.Offboarding, "leaves", "a", CancellationToken.None);
        var second = await cases.OpenAsync(LeaverWorld.Dana, CaseCause.Leak, "leaves", "b", CancellationToken.None);

        Assert.Equal(first.Id, second.Id);
    }

    /// <summary>A fault of ours must not leave a case that seems to run.</summary>
    [Fact]
    public async Task A_fault_closes_its_case_and_is_told()
    {
        await using var cases = new Cases(new BrokenWorld(_world), _ledger, new CaseBook(), new CaseOptions(), _time);
        var faults = new List<CaseFaultedEventArgs>();
        cases.Faulted += (_, fault) => faults.Add(fault);

        var opened = await cases.OpenAsync(LeaverWorld.Dana, CaseCause.Offboarding, "leaves", "test", CancellationToken.None);
        await cases.RunningAsync(opened.Id);

        var view = cases.Book.Find(opened.Id)!;
        Assert.Equal(CaseState.Failed, view.State);
        Assert.Contains("LS7015", view.Summary, StringComparison.Ordinal);
        Assert.IsType<DivideByZeroException>(Assert.Single(faults).Fault);
    }

    private static CaseStepView Rotation(CaseView view) => Assert.Single(view.Steps, s => s.Plan.Cut?.Kind == CutKind.RotateCredential);

    private async Task<CaseView> RunAsync() => (await CaseSimulation.RunAsync(_world, _ledger, _time, LeaverWorld.Dana)).View;

    /// <summary>A host with a bug in it.</summary>
    private sealed class BrokenWorld(LeaverWorld inner) : ICaseWorld
    {
        public IEstate Estate => inner.Estate;

        public IReadOnlyDictionary<string, IConnector> Connectors => throw new DivideByZeroException();

        public Task<IEstate> ObserveAsync(IReadOnlyCollection<string> systemNames, CancellationToken cancellationToken) =>
            inner.ObserveAsync(systemNames, cancellationToken);
    }
}
