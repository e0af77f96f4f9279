using Lockstep.Connectors;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Testing.Contracts;

/// <summary>
/// What <see cref="ICutAccess"/> and <see cref="IProbeAccess"/> promise, for every cut that the connector says it can make.
/// </summary>
public abstract class CutContract
{
    /// <summary>Starts or joins a real system.</summary>
    protected abstract Task<IConnectorSubject> StartAsync();

    [Fact]
    public async Task Every_cut_that_is_offered_is_tried_here()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);

        var tried = (await subject.TrialsAsync()).Select(t => (t.Cut.Kind, t.Cut.Target.Kind, t.Cut.Link?.Kind)).ToHashSet();

        Assert.All(
            connector.Cuts.Where(c => c.Kind != CutKind.RotateCredential),
            c => Assert.Contains((c.Kind, c.NodeKind, c.Link), tried));
    }

    [Fact]
    public async Task A_cut_is_acknowledged_seen_gone_and_dead_for_the_systems_own_client_and_a_second_call_is_harmless()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        foreach (var trial in await subject.TrialsAsync())
        {
            var key = new StepKey(Guid.NewGuid(), 0);
            Assert.True(await trial.HoldsAsync(), $"{trial}: the access does not work before the cut, so that this test shows nothing");
            Is<LookOutcome.StillThere>(trial, await Cutter(connector).LookAsync(trial.Cut, default));

            Is<CutOutcome.Acknowledged>(trial, await Cutter(connector).CutAsync(trial.Cut, key, default));
            Is<LookOutcome.Gone>(trial, await Cutter(connector).LookAsync(trial.Cut, default));
            Assert.False(await trial.HoldsAsync(), $"{trial}: the system's own client still gets in");

            Is<CutOutcome.Acknowledged>(trial, await Cutter(connector).CutAsync(trial.Cut, key, default));
            Is<LookOutcome.Gone>(trial, await Cutter(connector).LookAsync(trial.Cut, default));
            Assert.False(await trial.HoldsAsync(), $"{trial}: the second call brought the access back");
        }
    }

    [Fact]
    public async Task What_is_already_cut_is_acknowledged()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        foreach (var trial in await subject.TrialsAsync())
        {
            await trial.TakeAwayAsync();

            Is<CutOutcome.Acknowledged>(trial, await Cutter(connector).CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default));
            Is<LookOutcome.Gone>(trial, await Cutter(connector).LookAsync(trial.Cut, default));
        }
    }

    [Fact]
    public async Task A_probe_works_before_the_cut_and_is_refused_after_it()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        var tried = 0;
        foreach (var trial in await subject.TrialsAsync())
        {
            var isProbed = connector.Cuts.Any(c => c.Kind == trial.Cut.Kind && c.NodeKind == trial.Cut.Target.Kind
                && c.Takes?.Invoke(trial.Cut) != false && c.Proof == ProofKind.Probe);
            var before = await ((IProbeAccess)connector).ProbeAsync(trial.Cut, default);
            await Cutter(connector).CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);
            var after = await ((IProbeAccess)connector).ProbeAsync(trial.Cut, default);

            if (isProbed)
            {
                tried++;
                Is<ProbeOutcome.Works>(trial, before);
                Is<ProbeOutcome.Refused>(trial, after);
            }
            else
            {
                Is<ProbeOutcome.NotProbeable>(trial, after);
            }
        }

        Assert.True(tried > 0 || connector.Cuts.All(c => c.Proof == ProofKind.Listing));
    }

    [Fact]
    public async Task Without_the_right_a_cut_fails_as_forbidden_and_changes_nothing()
    {
        await using var subject = await StartAsync();
        if (subject.ConnectReadOnly() is not { } connector)
        {
            Assert.Skip("this system knows no right to read without the right to change");
            return;
        }

        await using var _ = connector;
        foreach (var trial in await subject.TrialsAsync())
        {
            var outcome = await Cutter(connector).CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);

            Assert.Equal(ConnectorErrorKind.Forbidden, Is<CutOutcome.Failed>(trial, outcome).Error.Kind);
            Assert.True(await trial.HoldsAsync(), $"{trial}: the access is gone although the cut was refused");
        }
    }

    [Fact]
    public async Task A_system_that_is_away_gives_failed_and_unknown_and_never_gone_or_refused()
    {
        await using var subject = await StartAsync();
        await using var proxy = new FaultProxy(subject.Port);
        await using var connector = subject.Connect(proxy.Port);
        var trials = await subject.TrialsAsync();
        proxy.Set(Fault.Refuse);
        foreach (var trial in trials)
        {
            var outcome = await Cutter(connector).CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);

            Assert.Equal(ConnectorErrorKind.Unreachable, Is<CutOutcome.Failed>(trial, outcome).Error.Kind);
            Is<LookOutcome.Unknown>(trial, await Cutter(connector).LookAsync(trial.Cut, default));
            var probe = await ((IProbeAccess)connector).ProbeAsync(trial.Cut, default);
            Assert.True(probe is ProbeOutcome.Unknown or ProbeOutcome.NotProbeable, $"{trial}: {probe}");
        }

        Assert.True(proxy.Fired >= trials.Count);
    }

    [Fact]
    public async Task A_conversation_cut_at_any_point_never_leads_to_a_claim_that_is_not_true()
    {
        await using var subject = await StartAsync();
        await using var proxy = new FaultProxy(subject.Port);
        await using var connector = subject.Connect(proxy.Port);
        var fired = 0;
        var trials = await subject.TrialsAsync();
        foreach (var (number, trial) in trials.Index())
        {
            proxy.Set(Fault.None);
            Is<LookOutcome.StillThere>(trial, await Cutter(connector).LookAsync(trial.Cut, default));
            var length = proxy.Said;

            // Four points a trial, other ones for each.
            var step = Math.Max(1, length / 2);
            for (var part = step * number / trials.Count; part < length * 2; part += step)
            {
                proxy.Set(Fault.LoseAnswer, part);
                var outcome = await Cutter(connector).CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);
                fired += proxy.Fired;
                proxy.Set(Fault.LoseAnswer, part);
                var look = await Cutter(connector).LookAsync(trial.Cut, default);
                fired += proxy.Fired;
                var holds = await trial.HoldsAsync();

                Assert.False(outcome is CutOutcome.Acknowledged && holds, $"{trial}: acknowledged at byte {part}, and it works");
                Assert.False(look is LookOutcome.Gone && holds, $"{trial}: gone at byte {part}, and it works");
            }
        }

        Assert.True(fired > 10, "too few faults fired: this test shows nothing");
    }

    private static ICutAccess Cutter(IConnector connector) => (ICutAccess)connector;

    private static T Is<T>(CutTrial trial, object outcome)
        where T : class
    {
        Assert.True(outcome is T, $"{trial}: expected {typeof(T).Name}, got {outcome}");
        return (T)outcome;
    }
}
