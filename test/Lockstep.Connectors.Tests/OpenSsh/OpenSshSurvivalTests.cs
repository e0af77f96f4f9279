using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>What outlives a cut at a real sshd, and that we say so.</summary>
[Collection("openssh")]
public class OpenSshSurvivalTests(LabFixture lab)
{
    [Fact]
    public async Task An_open_session_outlives_its_expired_account_until_it_is_ended()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (user, account, key, _) = await new OpenSshTrials(subject).WithKeyAsync();
        var session = await subject.OpenAsync(user, key);

        await CutAsync(connector, CutKind.DisableAccount, account);

        Assert.False(await subject.LetsInAsync(user, key));
        Assert.True(await session.AnswersAsync());
        var seen = await Sightings.OfAsync((IObserveAccess)connector);
        Assert.Equal(NodeState.Disabled, seen.Nodes[account].State);
        var open = seen.Links.Single(l => l.To == account && l.From.Kind == NodeKinds.Session);
        Assert.Equal((LinkKind.AuthenticatesAs, EnforcementMode.Connection), (open.Kind, open.Enforcement.Mode));

        await CutAsync(connector, CutKind.EndSession, account);
        Assert.False(await session.AnswersAsync());
    }

    [Fact]
    public async Task A_locked_password_lets_keys_in_where_sshd_asks_PAM()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var other = await OpenSshTwin.StartAsync(subject, "UsePAM yes");
        var (user, _, key, _) = await new OpenSshTrials(subject).WithKeyAsync();

        await OpenSshSubject.MustAsync("usermod", "-L", user);

        Assert.True(await other.LetsInAsync(user, key), "usermod -L is not expected to keep a key out");
        await OpenSshSubject.MustAsync("usermod", "--expiredate", "1", user);
        Assert.False(await other.LetsInAsync(user, key));
    }

    [Fact]
    public async Task A_session_outlives_its_key_until_it_is_ended()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, account, key, print) = await trials.WithKeyAsync();
        var session = await subject.OpenAsync(user, key);

        await CutAsync(connector, CutKind.RevokeCredential, subject.Ids.Key(print));

        Assert.False(await subject.LetsInAsync(user, key));
        Assert.True(await session.AnswersAsync());
        var (id, _) = await trials.SessionOfAsync(user);
        var seen = await Sightings.OfAsync((IObserveAccess)connector);
        Assert.NotNull(seen.Find(account, LinkKind.Holds, id));
        Assert.Contains(print, seen.Nodes[id].Find("openedWith"), StringComparison.Ordinal);

        await CutAsync(connector, CutKind.EndSession, id);
        Assert.False(await session.AnswersAsync());
    }

    [Fact]
    public async Task A_kept_connection_opens_new_shells_after_its_key_is_gone()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, _, key, print) = await trials.WithKeyAsync();
        string[] kept = ["-o", "ControlMaster=auto", "-o", $"ControlPath={key}.ctl"];
        var first = await subject.OpenAsync(user, key, more: kept);

        await CutAsync(connector, CutKind.RevokeCredential, subject.Ids.Key(print));

        Assert.False(await subject.LetsInAsync(user, key));
        Assert.Equal(0, await OpenSshSubject.RunAsync("ssh", [.. kept, .. subject.ClientArguments(user, key, false), "true"]));
        var (id, _) = await trials.SessionOfAsync(user);
        await CutAsync(connector, CutKind.EndSession, id);
        Assert.NotEqual(0, await OpenSshSubject.RunAsync("ssh", [.. kept, .. subject.ClientArguments(user, key, false), "true"]));
        Assert.False(await first.AnswersAsync());
    }

    [Fact]
    public async Task A_key_in_a_second_account_is_removed_there_as_well()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (user, _, key, print) = await new OpenSshTrials(subject).WithKeyAsync();
        var (second, _) = await subject.NewUserAsync();
        await subject.SetKeysAsync(second, "restrict " + await File.ReadAllTextAsync(key + ".pub"));
        Assert.True(await subject.LetsInAsync(second, key));

        await CutAsync(connector, CutKind.RevokeCredential, subject.Ids.Key(print));

        Assert.False(await subject.LetsInAsync(user, key));
        Assert.False(await subject.LetsInAsync(second, key));
    }

    [Fact]
    public async Task A_certificate_outlives_the_removal_of_the_key_that_it_is_for()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (user, account, key, certificate, _) = await new OpenSshTrials(subject).WithCertificateAsync();
        var print = await OpenSshSubject.PrintAsync(key + ".pub");
        await subject.SetKeysAsync(user, await File.ReadAllTextAsync(key + ".pub"));

        await CutAsync(connector, CutKind.RevokeCredential, subject.Ids.Key(print));

        Assert.True(await subject.LetsInAsync(user, key, withCertificate: true));
        Assert.NotNull((await Sightings.OfAsync((IObserveAccess)connector)).Find(certificate, LinkKind.AuthenticatesAs, account));
        await CutAsync(connector, CutKind.RevokeCredential, certificate);
        Assert.False(await subject.LetsInAsync(user, key, withCertificate: true));
    }

    [Fact]
    public async Task A_session_outlives_its_revoked_certificate_and_is_named_with_its_serial()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, account, key, certificate, serial) = await trials.WithCertificateAsync();
        var session = await subject.OpenAsync(user, key, withCertificate: true);

        await CutAsync(connector, CutKind.RevokeCredential, certificate);

        Assert.True(await session.AnswersAsync());
        var (id, _) = await trials.SessionOfAsync(user);
        var seen = await Sightings.OfAsync((IObserveAccess)connector);
        Assert.Equal($"{serial}", seen.Nodes[id].Find("serial"));
        Assert.Contains($"id of {user}", seen.Nodes[id].Find("openedWith"), StringComparison.Ordinal);
        Assert.NotNull(seen.Find(account, LinkKind.Holds, id));
        Assert.DoesNotContain(certificate, seen.Nodes.Keys);
        await CutAsync(connector, CutKind.EndSession, id);
        Assert.False(await session.AnswersAsync());
    }

    [Fact]
    public async Task A_certificate_signed_anew_is_not_revoked_with_the_old_one()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (user, _, key, certificate, _) = await new OpenSshTrials(subject).WithCertificateAsync();
        await CutAsync(connector, CutKind.RevokeCredential, certificate);
        Assert.False(await subject.LetsInAsync(user, key, withCertificate: true));

        await subject.SignAsync(key, $"{user}-p", $"again for {user}", 770_000);

        Assert.True(await subject.LetsInAsync(user, key, withCertificate: true));
    }

    [Fact]
    public async Task A_certificate_cannot_be_cut_where_sshd_has_no_list_and_this_is_said()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var other = await OpenSshTwin.StartAsync(subject, "", without: "RevokedKeys");
        await using var connector = other.Connect();
        var (user, account, key, certificate, _) = await new OpenSshTrials(subject).WithCertificateAsync();
        Assert.True(await other.LetsInAsync(user, key, withCertificate: true));

        var outcome = await ((ICutAccess)connector).CutAsync(
            new() { Kind = CutKind.RevokeCredential, Target = certificate }, new(Guid.NewGuid(), 0), default);

        var left = Assert.IsType<CutOutcome.Left>(outcome);
        Assert.Equal("LS2608", left.Error.Code);
        Assert.InRange(left.Until!.Value, DateTimeOffset.UtcNow.AddMinutes(8), DateTimeOffset.UtcNow.AddMinutes(11));
        Assert.True(await other.LetsInAsync(user, key, withCertificate: true));
        var link = (await Sightings.OfAsync((IObserveAccess)connector)).Find(certificate, LinkKind.AuthenticatesAs, account);
        Assert.Equal(EnforcementMode.ExpiryOnly, link?.Enforcement.Mode);
        Assert.Contains((await connector.CheckAsync(default)).Notes, n => n.IsProblem && n.Text.Contains("RevokedKeys", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forwarded_agent_answers_until_its_session_is_ended()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, _, key, print) = await trials.WithKeyAsync();
        await using var agent = await SshAgent.StartAsync(subject.Folder, key);
        var session = await subject.OpenAsync(user, key, command: "exec sh", answers: "echo ", agent: agent.Socket);
        var socket = await session.AskAsync("echo $SSH_AUTH_SOCK");

        await CutAsync(connector, CutKind.RevokeCredential, subject.Ids.Key(print));

        Assert.Contains(print, (await OwnClient.RunAsync("ssh-add", ["-l"], "", ("SSH_AUTH_SOCK", socket!))).Output, StringComparison.Ordinal);
        await CutAsync(connector, CutKind.EndSession, (await trials.SessionOfAsync(user)).Id);
        Assert.NotEqual(0, (await OwnClient.RunAsync("ssh-add", ["-l"], "", ("SSH_AUTH_SOCK", socket!))).ExitCode);
    }

    [Fact]
    public async Task A_session_outlives_its_principal_until_it_is_ended()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, account, key, certificate, _) = await trials.WithCertificateAsync();
        var (plain, _) = await subject.NewKeyAsync();
        await subject.SetKeysAsync(user, await File.ReadAllTextAsync(plain + ".pub"));
        var session = await subject.OpenAsync(user, key, withCertificate: true);
        var link = OpenSshSubject.Link(subject.Ids.Principal($"{user}-p"), LinkKind.Trusts, account);

        await CutAsync(connector, CutKind.RemoveLink, link.From, link);

        Assert.False(await subject.LetsInAsync(user, key, withCertificate: true));
        Assert.True(await session.AnswersAsync());
        Assert.True(await subject.LetsInAsync(user, plain));
        var seen = await Sightings.OfAsync((IObserveAccess)connector);
        Assert.Null(seen.Find(certificate, LinkKind.AuthenticatesAs, account));
        await CutAsync(connector, CutKind.EndSession, (await trials.SessionOfAsync(user)).Id);
        Assert.False(await session.AnswersAsync());
    }

    [Fact]
    public async Task A_process_with_a_parent_of_its_own_outlives_its_session_and_ends_with_the_account()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, account, key, _) = await trials.WithKeyAsync();
        var session = await subject.OpenAsync(user, key, command: "setsid -f sleep 600 >/dev/null 2>&1; exec cat");

        await CutAsync(connector, CutKind.EndSession, (await trials.SessionOfAsync(user)).Id);

        Assert.False(await session.AnswersAsync());
        Assert.True(await SleepsAsync(user), "a process of its own is not expected to end with the session");
        Assert.True(await subject.LetsInAsync(user, key));
        await CutAsync(connector, CutKind.EndSession, account);
        Assert.False(await SleepsAsync(user));
    }

    [Fact]
    public async Task A_program_that_sudo_started_outlives_its_rule_until_its_session_is_ended()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trials = new OpenSshTrials(subject);
        var (user, account, key, _) = await trials.WithKeyAsync();
        await subject.AddSudoAsync($"{user} ALL=(root) NOPASSWD: /usr/bin/cat\n");
        await using var other = await OpenSshTwin.StartAsync(subject, "", withSudoers: true);
        var shell = await other.OpenAsync(user, key, "exec sudo -n /usr/bin/cat");
        var link = OpenSshSubject.Link(account, LinkKind.Permits, subject.Ids.Host, "sudo (root) NOPASSWD: /usr/bin/cat");

        await CutAsync(connector, CutKind.RemoveLink, link.From, link);

        Assert.False(await subject.SudoRunsAsync(user, "/usr/bin/cat"));
        Assert.True(await shell.AnswersAsync());
        await using var there = other.Connect();
        await CutAsync(there, CutKind.EndSession, (await trials.SessionOfAsync(user)).Id);
        Assert.False(await shell.AnswersAsync());
    }

    internal static async Task CutAsync(IConnector connector, CutKind kind, NodeId target, LinkKey? link = null)
    {
        var cut = new Cut { Kind = kind, Target = target, Link = link };
        var outcome = await ((ICutAccess)connector).CutAsync(cut, new(Guid.NewGuid(), 0), default);
        Assert.True(outcome is CutOutcome.Acknowledged, $"{cut}: {outcome}");
        var look = await ((ICutAccess)connector).LookAsync(cut, default);
        Assert.True(look is LookOutcome.Gone, $"{cut}: {look}");
    }

    private static async Task<bool> SleepsAsync(string user) =>
        (await OwnClient.RunAsync("ps", ["-o", "stat=,args=", "-u", user])).Output.Split('\n')
            .Any(l => l.Contains("sleep 600", StringComparison.Ordinal) && !l.StartsWith('Z'));
}
