using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Secrets;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>A canary on a real host: what lets it in, what refuses it, and what does neither.</summary>
[Collection("openssh")]
public class OpenSshCanaryTests(LabFixture lab)
{
    [Theory]
    [InlineData("UsePAM no")]
    [InlineData("UsePAM yes")]
    public async Task An_expired_canary_is_refused_let_in_again_when_restored_and_its_open_session_runs_on(string pam)
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var host = await OpenSshTwin.StartAsync(subject, pam);
        var (_, account, key, _) = await new OpenSshTrials(subject).WithKeyAsync();
        await using var connector = OpenSshConnector.Create(OpenSshSubject.System, host.Settings with { CanaryKey = key }, TimeProvider.System);
        using var value = SecretText.Generate();
        var cut = new Cut { Kind = CutKind.DisableAccount, Target = account };

        for (var round = 0; round < 2; round++)
        {
            Assert.IsType<CutOutcome.Acknowledged>(await connector.RestoreAsync(account, value, default));
            var doors = Assert.IsType<CanaryOpening.Open>(await connector.OpenAsync(account, value, default)).Doors;
            var (login, session) = (doors.Single(d => d.Until == SurvivalEnd.Refused), doors.Single(d => d.Until == SurvivalEnd.Connection));
            Assert.IsType<ProbeOutcome.Works>(await login.TryAsync(default));
            Assert.IsType<ProbeOutcome.Works>(await session.TryAsync(default));

            Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));

            Assert.IsType<ProbeOutcome.Refused>(await login.TryAsync(default));
            Assert.IsType<ProbeOutcome.Works>(await session.TryAsync(default));
            await session.DisposeAsync();
            Assert.IsType<CanaryOpening.Failed>(await connector.OpenAsync(account, value, default));
        }
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_or_a_host_that_is_away_is_no_refusal()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        var (_, account, key, _) = await new OpenSshTrials(subject).WithKeyAsync();
        await using var connector = OpenSshConnector.Create(
            OpenSshSubject.System, subject.Settings(subject.Port) with { CanaryKey = key }, TimeProvider.System);
        using var value = SecretText.Generate();
        var doors = Assert.IsType<CanaryOpening.Open>(await connector.OpenAsync(account, value, default)).Doors;

        File.Move(key, key + ".gone");

        Assert.IsType<ProbeOutcome.Unknown>(await doors.Single(d => d.Until == SurvivalEnd.Refused).TryAsync(default));
        await doors.Single(d => d.Until == SurvivalEnd.Connection).DisposeAsync();
    }

    [Fact]
    public async Task Neither_root_nor_an_account_without_a_key_becomes_a_canary()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        using var value = SecretText.Generate();
        await using var without = OpenSshConnector.Create(OpenSshSubject.System, subject.Settings(subject.Port), TimeProvider.System);
        await using var with = OpenSshConnector.Create(
            OpenSshSubject.System, subject.Settings(subject.Port) with { CanaryKey = "none" }, TimeProvider.System);
        var root = NodeId.Of(OpenSshSubject.System, NodeKinds.Account, "root.0");
        var (_, user) = await subject.NewUserAsync();

        Assert.Equal("LS2607", Assert.IsType<CutOutcome.Failed>(await without.RestoreAsync(user, value, default)).Error.Code);
        Assert.Equal("LS2607", Assert.IsType<CutOutcome.Failed>(await with.RestoreAsync(root, value, default)).Error.Code);
    }
}
