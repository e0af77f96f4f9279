using Lockstep.Connectors.Ldap;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab.OpenLdap;
using Lockstep.Secrets;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

/// <summary>What a connection that was bound before a cut still does, with <c>ldapsearch</c> and <c>ldapmodify</c> as its holder.</summary>
public class LdapOpenConnectionTests(LabFixture lab)
{
    [Fact]
    public async Task A_connection_bound_before_the_lock_goes_on_reading_until_a_rule_denies_its_name()
    {
        await using var own = await LdapOwnDirectory.StartAsync(lab);
        await using var connector = own.Subject.Connect();
        var (name, id) = await own.Subject.NewPersonAsync();
        await using var open = LdapOwnDirectory.Finding(own.Server.Url, own.Subject, name);
        Assert.Equal(1, await LdapOwnDirectory.CountAsync(open, name));

        Assert.IsType<CutOutcome.Acknowledged>(await CutAsync(connector, CutKind.DisableAccount, id));

        Assert.False(await own.Subject.BindsAsync(name));
        Assert.Equal(1, await LdapOwnDirectory.CountAsync(open, name));
        var capability = connector.Cuts.Single(c => c is { Kind: CutKind.DisableAccount, NodeKind: NodeKinds.Account });
        Assert.Equal(EnforcementMode.Connection, capability.Enforcement.Mode);

        await own.PutRuleFirstAsync($"to * by dn.exact=\"{LdapSubject.DnOf(name)}\" none by * break");

        Assert.Equal(0, await LdapOwnDirectory.CountAsync(open, name));
    }

    [Fact]
    public async Task A_bound_connection_unlocks_itself_by_setting_a_password_and_the_next_round_locks_it_again()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (name, id) = await subject.NewPersonAsync();
        await using var open = HeldClient.Start(
            "ldapmodify", ["-x", "-H", subject.Url, "-D", LdapSubject.DnOf(name), "-y", subject.PasswordFile()]);
        await SetAsync("first-of-its-own-Canary7Q");
        Assert.True(await subject.BindsAsync(name, "first-of-its-own-Canary7Q"));

        await CutAsync(connector, CutKind.DisableAccount, id);
        Assert.Equal(NodeState.Disabled, await StateAsync(connector, id));
        Assert.False(await subject.BindsAsync(name, "first-of-its-own-Canary7Q"));
        await SetAsync("second-of-its-own-Canary7Q");

        Assert.True(await subject.BindsAsync(name, "second-of-its-own-Canary7Q"));
        Assert.Equal(NodeState.Active, await StateAsync(connector, id));

        await CutAsync(connector, CutKind.DisableAccount, id);
        Assert.False(await subject.BindsAsync(name, "second-of-its-own-Canary7Q"));
        Assert.Equal(NodeState.Disabled, await StateAsync(connector, id));

        async Task SetAsync(string password)
        {
            await open.SendAsync($"dn: {LdapSubject.DnOf(name)}\nchangetype: modify\nreplace: userPassword\nuserPassword: {password}\n\n");
            await open.LineWithAsync("modifying entry");
            for (var i = 0; i < 50 && !await subject.BindsAsync(name, password); i++)
            {
                await Task.Delay(20);
            }
        }
    }

    [Fact]
    public async Task A_connection_bound_with_the_old_password_goes_on_after_a_rotation()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (name, id) = await subject.NewPersonAsync();
        await using var open = LdapOwnDirectory.Finding(subject.Url, subject, name);
        Assert.Equal(1, await LdapOwnDirectory.CountAsync(open, name));
        using var fresh = SecretText.Generate();

        Assert.IsType<CutOutcome.Acknowledged>(await ((IRotateCredentials)connector).SetValueAsync(
            NodeId.Of(LdapSubject.System, NodeKinds.Credential, $"password.{id.RawKey}"), fresh, new(Guid.NewGuid(), 0), default));

        Assert.False(await subject.BindsAsync(name));
        Assert.True(await subject.BindsAsync(name, fresh.RevealString()));
        Assert.Equal(1, await LdapOwnDirectory.CountAsync(open, name));
    }

    [Fact]
    public async Task A_persistent_search_goes_on_delivering_what_only_the_group_could_read()
    {
        await using var own = await LdapOwnDirectory.StartAsync(lab);
        await using var connector = own.Subject.Connect();
        var (name, id) = await own.Subject.NewPersonAsync();
        var (hidden, _) = await own.Subject.NewPersonAsync();
        await own.Subject.AddAsync(LdapSubject.Group("readers", LdapSubject.DnOf(name), LdapSubject.DnOf(hidden)));
        await own.PutRuleFirstAsync($"to dn.exact=\"{LdapSubject.DnOf(hidden)}\" by group.exact=\"cn=readers,{LdapSubject.Groups}\" read "
            + $"by dn.exact=\"{OpenLdapServer.ConnectorDn}\" read by anonymous auth by * none");
        await using var stream = own.Searching(name, "-E", "sync=rp", $"(cn={hidden})", "title");
        await stream.LineWithAsync($"dn: cn={hidden}");
        await using var open = LdapOwnDirectory.Finding(own.Server.Url, own.Subject, name);
        Assert.Equal(1, await LdapOwnDirectory.CountAsync(open, hidden));
        var link = LdapSubject.Key(id, await own.Subject.GroupAsync("readers"));

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = id, Link = link }, new(Guid.NewGuid(), 0), default));

        Assert.Equal(0, await LdapOwnDirectory.CountAsync(open, hidden));
        Assert.DoesNotContain("dn:", (await OwnClient.RunAsync(
            "ldapsearch", ["-x", "-LLL", "-H", own.Server.Url, "-D", LdapSubject.DnOf(name), "-y", own.Subject.PasswordFile(), "-b",
                OpenLdapServer.Suffix, $"(cn={hidden})", "1.1"])).Output);
        await own.Subject.ModifyAsync($"dn: {LdapSubject.DnOf(hidden)}\nchangetype: modify\nreplace: title\ntitle: after the cut\n\n");
        await stream.LineWithAsync("title: after the cut");
    }

    private static async Task<NodeState> StateAsync(LdapConnector connector, NodeId id) =>
        (await Listing.ReadAsync(connector)).Nodes.Single(n => n.Id == id).State;

    private static Task<CutOutcome> CutAsync(LdapConnector connector, CutKind kind, NodeId target) =>
        connector.CutAsync(new() { Kind = kind, Target = target }, new(Guid.NewGuid(), 0), default);
}
