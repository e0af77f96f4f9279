using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Testing;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>An account that is not root and has the sudo rules of the connector's README, as they stand there.</summary>
[Collection("openssh")]
public class OpenSshRightsTests(LabFixture lab)
{
    [Fact]
    public async Task The_rules_of_the_README_are_enough_to_see_everything_and_to_make_every_cut()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        var (user, _, key, _) = await new OpenSshTrials(subject).WithKeyAsync();
        await using var host = await OpenSshTwin.StartAsync(subject, "", withSudoers: true);
        await subject.AddSudoAsync(await RulesAsync(user, subject, host, isAll: true));
        await using var connector = OpenSshConnector.Create(
            OpenSshSubject.System, host.Settings with { User = user, IdentityFile = key, Sudo = true }, TimeProvider.System);

        var listing = await Listing.ReadAsync(connector);

        Assert.Empty(listing.Gaps);
        Assert.DoesNotContain((await connector.CheckAsync(default)).Notes, n => n.IsProblem);
        foreach (var trial in (await new OpenSshSubjectTrials(subject, host).AllAsync()))
        {
            Assert.True(await trial.HoldsAsync(), $"{trial}: does not work before the cut");
            var outcome = await connector.CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);
            Assert.True(outcome is CutOutcome.Acknowledged, $"{trial}: {outcome}");
            Assert.True(await connector.LookAsync(trial.Cut, default) is LookOutcome.Gone, $"{trial}: is still there");
            Assert.False(await trial.HoldsAsync(), $"{trial}: still works");
        }
    }

    [Fact]
    public async Task The_rules_for_reading_alone_change_nothing()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        var (user, _, key, _) = await new OpenSshTrials(subject).WithKeyAsync();
        await using var host = await OpenSshTwin.StartAsync(subject, "", withSudoers: true);
        await subject.AddSudoAsync(await RulesAsync(user, subject, host, isAll: false));
        await using var connector = OpenSshConnector.Create(
            OpenSshSubject.System, host.Settings with { User = user, IdentityFile = key, Sudo = true }, TimeProvider.System);

        Assert.Empty((await Listing.ReadAsync(connector)).Gaps);
        foreach (var trial in (await new OpenSshSubjectTrials(subject, host).AllAsync()))
        {
            var outcome = await connector.CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);
            Assert.True(outcome is CutOutcome.Failed { Error.Kind: ConnectorErrorKind.Forbidden }, $"{trial}: {outcome}");
            Assert.True(await trial.HoldsAsync(), $"{trial}: gone although the cut was refused");
        }
    }

    /// <summary>Takes the rules out of the README and puts the lab's paths in.</summary>
    private static async Task<string> RulesAsync(string user, OpenSshSubject subject, OpenSshTwin host, bool isAll)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(OutsideFolders.Repository, "src/Lockstep.Connectors/OpenSsh/README.md"));
        var rules = page.Split("```")[1].Trim('\n');
        rules = isAll ? rules : rules[..rules.IndexOf("# and to cut", StringComparison.Ordinal)];
        return rules.Replace("lockstep ALL", $"{user} ALL", StringComparison.Ordinal)
            .Replace("/etc/sudoers.d", subject.Server.Folder.PathOf("sudoers.d"), StringComparison.Ordinal)
            .Replace("json /etc/sudoers", $"json {subject.Server.Folder.PathOf("sudoers")}", StringComparison.Ordinal)
            .Replace("/var/log/auth.log", host.Settings.LogFile, StringComparison.Ordinal) + "\n";
    }

    /// <summary>Trials whose session is at the twin; those of accounts need no session.</summary>
    private sealed class OpenSshSubjectTrials(OpenSshSubject subject, OpenSshTwin host)
    {
        public async Task<IReadOnlyList<CutTrial>> AllAsync()
        {
            var trials = new OpenSshTrials(subject);
            var (user, _, key, _) = await trials.WithKeyAsync();
            var open = await host.OpenAsync(user, key, "exec cat");
            var session = new Cut { Kind = CutKind.EndSession, Target = (await trials.SessionOfAsync(user)).Id };
            return
            [
                new("end session", session, () => open.AnswersAsync(), () => Task.CompletedTask), await trials.KeyAsync(), await trials.CertificateAsync(),
                await trials.PrincipalAsync(), await trials.SudoAsync(), await trials.SudoOfGroupAsync(), await trials.ExpireAsync(),
            ];
        }
    }
}
