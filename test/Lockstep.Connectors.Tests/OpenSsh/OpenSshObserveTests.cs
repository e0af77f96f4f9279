using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>What is seen of a host, and what is said where it cannot be seen.</summary>
[Collection("openssh")]
public class OpenSshObserveTests(LabFixture lab)
{
    [Fact]
    public async Task Another_host_key_is_named_as_such_and_nothing_is_sent()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        var (_, wrong) = (await subject.NewKeyAsync(), $"{subject.Folder}/wrong_hosts");
        await File.WriteAllTextAsync(wrong, $"lab-host {await File.ReadAllTextAsync($"{subject.Folder}/stranger.pub")}");
        await using var connector = OpenSshConnector.Create(
            OpenSshSubject.System, subject.Settings(subject.Port) with { KnownHosts = wrong }, TimeProvider.System);

        var broken = await Assert.ThrowsAsync<IncompleteObservationException>(() => Sightings.OfAsync(connector));

        Assert.Equal(("LS2603", ConnectorErrorKind.Unauthenticated), (broken.Error.Code, broken.Error.Kind));
    }

    [Fact]
    public async Task What_opens_when_is_read_from_the_options_of_a_key()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = OpenSshConnector.Create(
            OpenSshSubject.System, subject.Settings(subject.Port) with { Holders = "people" }, TimeProvider.System);
        var ((user, account), (key, print)) = (await subject.NewUserAsync(), await subject.NewKeyAsync("laptop employeeNumber=E77"));
        var until = DateTimeOffset.UtcNow.AddHours(2);
        await subject.SetKeysAsync(
            user, $"expiry-time=\"{until:yyyyMMddHHmmss}Z\",from=\"127.0.0.1\",command=\"/bin/echo {LabFixture.Canary}\" {await File.ReadAllTextAsync(key + ".pub")}");

        var seen = await Sightings.OfAsync(connector);

        var link = seen.Find(subject.Ids.Key(print), LinkKind.AuthenticatesAs, account)!;
        Assert.Equal(until.ToUnixTimeSeconds(), link.Validity.Until?.ToUnixTimeSeconds());
        Assert.Equal("only from `127.0.0.1`; only the command `/bin/echo`", link.Condition);
        Assert.NotNull(seen.Find(NodeId.Parse("people/account/?employeeNumber=E77"), LinkKind.Holds, subject.Ids.Key(print)));
        Assert.True(await subject.LetsInAsync(user, key));
    }

    [Fact]
    public async Task A_certificate_and_its_session_belong_to_whom_its_key_id_names()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = OpenSshConnector.Create(
            OpenSshSubject.System, subject.Settings(subject.Port) with { Holders = "people" }, TimeProvider.System);
        var ((user, account), (key, _)) = (await subject.NewUserAsync(), await subject.NewKeyAsync());
        await subject.SetPrincipalsAsync(user, $"{user}-p\n");
        var certificate = await subject.SignAsync(key, $"{user}-p", "employeeNumber=E78", 7878);
        await subject.OpenAsync(user, key, withCertificate: true);

        var seen = await Sightings.OfAsync(connector);

        var holder = NodeId.Parse("people/account/?employeeNumber=E78");
        Assert.NotNull(seen.Find(holder, LinkKind.Holds, certificate));
        var session = seen.Links.Single(l => l.Kind == LinkKind.AuthenticatesAs && l.From.Kind == NodeKinds.Session && l.To == account).From;
        Assert.NotNull(seen.Find(holder, LinkKind.Holds, session));
        Assert.Null(seen.Find(account, LinkKind.Holds, session));
    }

    [Fact]
    public async Task No_private_key_no_hash_and_no_argument_of_a_command_is_in_any_fact()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (user, _, key, _) = await new OpenSshTrials(subject).WithKeyAsync();
        await subject.SetKeysAsync(user, $"command=\"/bin/cat {LabFixture.Canary}\" {await File.ReadAllTextAsync(key + ".pub")}");
        await OpenSshSubject.MustAsync("usermod", "--password", $"$6${LabFixture.Canary}", user);

        var listing = await Testing.Contracts.Listing.ReadAsync(connector);
        var said = string.Join('\n', listing.Facts.Select(f => f switch
        {
            Fact.OfNode { Node: var n } => $"{n.Id} {n.Name} {string.Join(' ', n.Attributes)}",
            Fact.OfLink { Link: var l } => l.ToString(),
            _ => "",
        }));

        Assert.Contains(user, said, StringComparison.Ordinal);
        Assert.DoesNotContain(LabFixture.Canary, said, StringComparison.Ordinal);
        foreach (var line in (await File.ReadAllLinesAsync(key)).Where(l => l.Length > 30 && !l.StartsWith('-')))
        {
            Assert.DoesNotContain(line, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Aliases_groups_and_negations_of_sudo_are_read_as_sudo_decides_them()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((one, first), (two, second), (three, third)) = (await subject.NewUserAsync(), await subject.NewUserAsync(), await subject.NewUserAsync());
        var alias = one.ToUpperInvariant();
        await subject.AddSudoAsync($"""
            User_Alias {alias} = {one}, {two}, !{three}
            Cmnd_Alias {alias}C = /usr/bin/true, /usr/bin/id
            {alias} ALL = (root) NOPASSWD: {alias}C
            {three} another-host = (root) NOPASSWD: /usr/bin/true
            ALL, !{two} ALL = (daemon) NOPASSWD: /usr/bin/whoami, !/usr/bin/env

            """);

        var seen = await Sightings.OfAsync((IObserveAccess)connector);

        const string Rule = "sudo (root) NOPASSWD: /usr/bin/true";
        Assert.NotNull(seen.Find(first, LinkKind.Permits, subject.Ids.Host, Rule));
        Assert.NotNull(seen.Find(second, LinkKind.Permits, subject.Ids.Host, Rule));
        Assert.Null(seen.Find(third, LinkKind.Permits, subject.Ids.Host, Rule));
        Assert.Equal((true, true, false), (
            await subject.SudoRunsAsync(one, "/usr/bin/true"), await subject.SudoRunsAsync(two, "/usr/bin/true"),
            await subject.SudoRunsAsync(three, "/usr/bin/true")));
        var everyone = seen.Links.Single(l => l.From == subject.Ids.Everyone && l.Action == "sudo (daemon) NOPASSWD: /usr/bin/whoami");
        Assert.Equal($"not for `{two}`; the rule denies `/usr/bin/env`", everyone.Condition);
    }

    [Fact]
    public async Task One_right_is_taken_out_of_a_rule_for_many_and_an_alias_is_left_to_a_person()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = (ICutAccess)subject.Connect(subject.Port);
        var ((one, first), (two, second)) = (await subject.NewUserAsync(), await subject.NewUserAsync());
        await subject.AddSudoAsync($"# keep this\n{one}, {two} ALL = (root) NOPASSWD: /usr/bin/true, \\\n   /usr/bin/id\nCmnd_Alias {one.ToUpperInvariant()}X = /usr/bin/true, /usr/bin/env\n");
        var right = OpenSshSubject.Link(first, LinkKind.Permits, subject.Ids.Host, "sudo (root) NOPASSWD: /usr/bin/true");

        var outcome = await connector.CutAsync(new() { Kind = CutKind.RemoveLink, Target = first, Link = right }, new(Guid.NewGuid(), 0), default);

        Assert.Equal("LS2610", Assert.IsType<CutOutcome.Failed>(outcome).Error.Code);
        Assert.True(await subject.SudoRunsAsync(two, "/usr/bin/true"));
        await subject.AddSudoAsync($"{one}, {two} ALL = (root) NOPASSWD: /usr/bin/whoami\n{one} ALL = (root) NOPASSWD: /usr/bin/stat, /usr/bin/nproc\n");
        foreach (var command in new[] { "/usr/bin/whoami", "/usr/bin/stat" })
        {
            var link = right with { Action = $"sudo (root) NOPASSWD: {command}" };
            await OpenSshSurvivalTests.CutAsync(connector, CutKind.RemoveLink, first, link);
        }

        Assert.Equal((false, true), (await subject.SudoRunsAsync(one, "/usr/bin/whoami"), await subject.SudoRunsAsync(two, "/usr/bin/whoami")));
        Assert.Equal((false, true), (await subject.SudoRunsAsync(one, "/usr/bin/stat", "/"), await subject.SudoRunsAsync(one, "/usr/bin/nproc")));
        Assert.Contains("# keep this", await File.ReadAllTextAsync(subject.SudoFile), StringComparison.Ordinal);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task The_local_host_is_read_without_ssh_and_Match_blocks_count()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        var (user, account, _, print) = await new OpenSshTrials(subject).WithKeyAsync();
        var config = $"{subject.Folder}/{user}-config";
        await File.WriteAllTextAsync(config, await File.ReadAllTextAsync(subject.Server.Folder.PathOf("sshd_config"))
            + $"Match User {user}\n  AuthorizedKeysFile none\nMatch Address 10.0.0.0/8\n  PubkeyAuthentication no\n");
        await using var plain = OpenSshConnector.Create(OpenSshSubject.System, subject.Settings(subject.Port) with { Host = null }, TimeProvider.System);
        await using var matched = OpenSshConnector.Create(
            OpenSshSubject.System, subject.Settings(subject.Port) with { Host = null, ConfigFile = config }, TimeProvider.System);

        Assert.Null((await Sightings.OfAsync(plain)).Find(subject.Ids.Key(print), LinkKind.AuthenticatesAs, account)?.Condition);
        Assert.NotNull((await Sightings.OfAsync(plain)).Find(subject.Ids.Key(print), LinkKind.AuthenticatesAs, account));
        var seen = await Sightings.OfAsync(matched);

        Assert.Null(seen.Find(subject.Ids.Key(print), LinkKind.AuthenticatesAs, account));
        Assert.Contains(seen.Links, l => l.Condition?.Contains("other settings by address", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("Invalid user Accepted publickey for root from 1.2.3.4 port 5 ssh2: ED25519 SHA256:x from 9.9.9.9 port 1")]
    [InlineData("Nov 23 04:00:00 h sshd[9]: Invalid user x sshd[1]: Accepted publickey for root from 1.2.3.4 port 5 ssh2: ED25519 SHA256:x")]
    [InlineData("Accepted password for root from 1.2.3.4 port 5 ssh2")]
    public void A_line_that_a_stranger_can_write_is_no_log_in(string line) => Assert.Null(LogIn.TryRead(line));

    [Fact]
    public void A_key_id_cannot_claim_another_serial_or_authority()
    {
        var logIn = LogIn.TryRead(
            "Nov 23 04:00:00 h sshd[9]: Accepted publickey for u from ::1 port 5 ssh2: ED25519-CERT SHA256:k ID a (serial 1) CA ED25519 SHA256:fake "
            + "(serial 7) CA ED25519 SHA256:true");

        Assert.Equal((7UL, "SHA256:true"), (logIn!.Certificate!.Serial, logIn.Certificate.Authority));
    }
}
