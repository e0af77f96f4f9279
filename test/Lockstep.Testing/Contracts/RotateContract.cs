using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Secrets;
using Xunit;

namespace Lockstep.Testing.Contracts;

/// <summary>A credential whose value the test knows.</summary>
/// <param name="Id">The credential.</param>
/// <param name="Value">Its value.</param>
/// <param name="OpensAsync">Asks the system's own client whether a value opens it.</param>
public sealed record RotationTrial(NodeId Id, string Value, Func<string, Task<bool>> OpensAsync);

/// <summary>What <see cref="IRotateCredentials"/> promises.</summary>
public abstract class RotateContract
{
    /// <summary>Starts or joins a real system.</summary>
    protected abstract Task<IConnectorSubject> StartAsync();

    /// <summary>Makes a fresh account with a password.</summary>
    protected abstract Task<RotationTrial> NewTrialAsync(IConnectorSubject subject);

    [Fact]
    public async Task A_value_is_matched_to_the_credential_that_it_opens_and_to_no_other()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        var (trial, own) = (await NewTrialAsync(subject), $"only-this-one-{Guid.NewGuid():N}");
        using var value = SecretText.FromString(own);
        using var near = SecretText.FromString(own + "x");

        Assert.Empty(await Rotator(connector).MatchAsync(value, default));
        Assert.IsType<CutOutcome.Acknowledged>(await Rotator(connector).SetValueAsync(trial.Id, value, new(Guid.NewGuid(), 0), default));

        Assert.Equal([trial.Id], await Rotator(connector).MatchAsync(value, default));
        Assert.Empty(await Rotator(connector).MatchAsync(near, default));
    }

    [Fact]
    public async Task After_a_rotation_the_old_value_is_refused_and_the_new_one_opens_and_a_second_call_is_harmless()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        var trial = await NewTrialAsync(subject);
        using var old = SecretText.FromString(trial.Value);
        using var fresh = SecretText.Generate();
        Assert.True(await trial.OpensAsync(trial.Value));
        Assert.IsType<ProbeOutcome.Works>(await Rotator(connector).ProbeValueAsync(trial.Id, old, default));
        Assert.IsType<ProbeOutcome.Refused>(await Rotator(connector).ProbeValueAsync(trial.Id, fresh, default));

        for (var i = 0; i < 2; i++)
        {
            var outcome = await Rotator(connector).SetValueAsync(trial.Id, fresh, new(Guid.Empty, 1), default);

            Assert.IsType<CutOutcome.Acknowledged>(outcome);
            Assert.DoesNotContain(fresh.RevealString(), outcome.ToString());
            Assert.False(await trial.OpensAsync(trial.Value));
            Assert.True(await trial.OpensAsync(fresh.RevealString()));
            Assert.IsType<ProbeOutcome.Refused>(await Rotator(connector).ProbeValueAsync(trial.Id, old, default));
            Assert.IsType<ProbeOutcome.Works>(await Rotator(connector).ProbeValueAsync(trial.Id, fresh, default));
        }
    }

    [Fact]
    public async Task A_system_that_is_away_gives_failed_and_unknown_and_an_exception_for_a_match()
    {
        await using var subject = await StartAsync();
        await using var proxy = new FaultProxy(subject.Port);
        await using var connector = subject.Connect(proxy.Port);
        var trial = await NewTrialAsync(subject);
        using var fresh = SecretText.Generate();
        proxy.Set(Fault.Refuse);

        Assert.IsType<CutOutcome.Failed>(await Rotator(connector).SetValueAsync(trial.Id, fresh, new(Guid.NewGuid(), 0), default));
        Assert.IsType<ProbeOutcome.Unknown>(await Rotator(connector).ProbeValueAsync(trial.Id, fresh, default));
        await Assert.ThrowsAsync<IncompleteObservationException>(() => Rotator(connector).MatchAsync(fresh, default));
        Assert.True(proxy.Fired >= 3);
        Assert.True(await trial.OpensAsync(trial.Value));
    }

    [Fact]
    public async Task Without_the_right_nothing_changes_and_no_match_is_claimed()
    {
        await using var subject = await StartAsync();
        var trial = await NewTrialAsync(subject);
        if (subject.ConnectReadOnly() is not { } connector)
        {
            Assert.Skip("this system knows no right to read without the right to change");
            return;
        }

        await using var _ = connector;
        using var value = SecretText.FromString(trial.Value);
        using var fresh = SecretText.Generate();

        var outcome = Assert.IsType<CutOutcome.Failed>(
            await Rotator(connector).SetValueAsync(trial.Id, fresh, new(Guid.NewGuid(), 0), default));
        Assert.Equal(ConnectorErrorKind.Forbidden, outcome.Error.Kind);
        Assert.True(await trial.OpensAsync(trial.Value));
        await Assert.ThrowsAsync<IncompleteObservationException>(() => Rotator(connector).MatchAsync(value, default));
    }

    private static IRotateCredentials Rotator(IConnector connector) => (IRotateCredentials)connector;
}
