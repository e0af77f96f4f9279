using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.OpenLdap;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

/// <summary>Where a lock, a password or a membership is less than it looks.</summary>
public class LdapLockTests(LabFixture lab)
{
    [Theory]
    [InlineData("replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n-\nreplace: userPassword\nuserPassword: ")]
    [InlineData("replace: userPassword\nuserPassword: ")]
    public async Task A_password_set_after_or_with_the_lock_removes_it_and_it_is_not_taken_for_a_lock(string change)
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (name, id) = await subject.NewPersonAsync();
        var cut = new Cut { Kind = CutKind.DisableAccount, Target = id };
        var password = LabSecret.Generate(LabFixture.Canary).Reveal();
        var locking = $"dn: {LdapSubject.DnOf(name)}\nchangetype: modify\n";
        await subject.ModifyAsync($"{locking}replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n\n");
        Assert.False(await subject.BindsAsync(name));

        await subject.ModifyAsync($"{locking}{change}{password}\n\n");

        Assert.True(await subject.BindsAsync(name, password));
        Assert.IsType<LookOutcome.StillThere>(await connector.LookAsync(cut, default));

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.IsType<LookOutcome.Gone>(await connector.LookAsync(cut, default));
        Assert.False(await subject.BindsAsync(name, password));
    }

    [Fact]
    public async Task The_root_name_binds_whatever_its_lock_says()
    {
        await using var own = await LdapOwnDirectory.StartAsync(lab);
        await own.Subject.AddAsync($"""
            dn: {OpenLdapServer.AdminDn}
            objectClass: person
            cn: admin
            sn: admin
            userPassword: {own.Subject.Password}


            """);
        await own.Subject.ModifyAsync(
            $"dn: {OpenLdapServer.AdminDn}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n\n");

        var asRoot = await OwnClient.RunAsync(
            "ldapwhoami", ["-x", "-H", own.Server.Url, "-D", OpenLdapServer.AdminDn, "-y", own.Server.AdminPasswordFile]);
        var asEntry = await OwnClient.RunAsync(
            "ldapwhoami", ["-x", "-H", own.Server.Url, "-D", OpenLdapServer.AdminDn, "-y", own.Subject.PasswordFile()]);

        Assert.Contains("000001010000Z", await own.Subject.SearchAsync("(cn=admin)", "pwdAccountLockedTime"));
        Assert.Equal((0, 0), (asRoot.ExitCode, asEntry.ExitCode));
    }

    [Fact]
    public async Task A_second_password_opens_after_the_first_was_taken_away_and_none_does_after_the_cut()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (name, id) = await subject.NewPersonAsync();
        var second = LabSecret.Generate(LabFixture.Canary).Reveal();
        var change = $"dn: {LdapSubject.DnOf(name)}\nchangetype: modify\n";
        await subject.ModifyAsync($"{change}add: userPassword\nuserPassword: {second}\n\n");
        Assert.True(await subject.BindsAsync(name) && await subject.BindsAsync(name, second));

        await subject.ModifyAsync($"{change}delete: userPassword\nuserPassword: {subject.Password}\n\n");
        Assert.False(await subject.BindsAsync(name));
        Assert.True(await subject.BindsAsync(name, second));

        await subject.ModifyAsync($"{change}add: userPassword\nuserPassword: {subject.Password}\n\n");
        var password = NodeId.Of(LdapSubject.System, NodeKinds.Credential, $"password.{id.RawKey}");
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RevokeCredential, Target = password }, new(Guid.NewGuid(), 0), default));
        Assert.False(await subject.BindsAsync(name) || await subject.BindsAsync(name, second));
    }

    [Fact]
    public async Task What_the_inner_group_gives_by_itself_outlives_its_leaving_the_outer_one()
    {
        await using var own = await LdapOwnDirectory.StartAsync(lab);
        await using var connector = own.Subject.Connect();
        var (name, id) = await own.Subject.NewPersonAsync();
        var (hidden, _) = await own.Subject.NewPersonAsync();
        await own.Subject.AddAsync(LdapSubject.Group("inner", LdapSubject.DnOf(name))
            + LdapSubject.Group("outer", $"cn=inner,{LdapSubject.Groups}", LdapSubject.DnOf(hidden)));
        await own.PutRuleFirstAsync($"to dn.exact=\"{LdapSubject.DnOf(hidden)}\" by group.exact=\"cn=inner,{LdapSubject.Groups}\" read "
            + $"by dn.exact=\"{OpenLdapServer.ConnectorDn}\" read by anonymous auth by * none");
        var (inner, outer) = (await own.Subject.GroupAsync("inner"), await own.Subject.GroupAsync("outer"));
        await using var open = LdapOwnDirectory.Finding(own.Server.Url, own.Subject, name);

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = inner, Link = LdapSubject.Key(inner, outer) }, new(Guid.NewGuid(), 0), default));

        var links = (await Listing.ReadAsync(connector)).Links;
        Assert.DoesNotContain(LdapSubject.Key(inner, outer), links);
        Assert.Contains(LdapSubject.Key(id, inner), links);
        Assert.Equal(1, await LdapOwnDirectory.CountAsync(open, hidden));
    }
}
