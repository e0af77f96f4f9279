using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

/// <summary>What survives a cut in a directory, and that we say so.</summary>
public class LdapSurvivalTests(LabFixture lab)
{
    [Fact]
    public async Task Where_no_lockout_policy_applies_the_probe_says_that_the_lock_is_ignored_and_the_account_stays_active()
    {
        await using var subject = await LdapSubject.StartAsync(lab, await lab.OpenLdapWithoutLockoutAsync());
        await using var connector = subject.Connect();
        var (name, id) = await subject.NewPersonAsync();
        var cut = new Cut { Kind = CutKind.DisableAccount, Target = id };

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        var probe = Assert.IsType<ProbeOutcome.Works>(await connector.ProbeAsync(cut, default));
        var seen = (await Listing.ReadAsync(connector)).Nodes.Single(n => n.Id == id);

        Assert.Contains("ignores it", probe.Evidence);
        Assert.Equal(NodeState.Active, seen.State);
        Assert.NotNull(seen.Find("lock"));
        Assert.False(await subject.BindsAsync(name), "the holder's own password was replaced and must be dead");
        Assert.Contains((await connector.CheckAsync(default)).Notes, n => n.IsProblem && n.Text.Contains("pwdLockout"));
    }

    [Fact]
    public async Task A_lock_makes_the_account_disabled_and_unlocking_makes_it_active_again()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (_, id) = await subject.NewPersonAsync();

        await connector.CutAsync(new() { Kind = CutKind.DisableAccount, Target = id }, new(Guid.NewGuid(), 0), default);
        var locked = await Listing.ReadAsync(connector);
        Assert.IsType<CutOutcome.Acknowledged>(await connector.UnlockAsync(id, default));
        var unlocked = await Listing.ReadAsync(connector, locked.End.Cursor);

        Assert.Equal(NodeState.Disabled, locked.Nodes.Single(n => n.Id == id).State);
        Assert.False(unlocked.End.IsFull);
        Assert.Equal(NodeState.Active, unlocked.Nodes.Single(n => n.Id == id).State);
    }

    [Fact]
    public async Task A_recycled_name_gets_a_new_account_and_only_what_the_directory_itself_gives_it()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (name, old) = await subject.NewPersonAsync();
        var before = await Listing.ReadAsync(connector);

        await subject.ModifyAsync($"dn: {LdapSubject.DnOf(name)}\nchangetype: delete\n\n");
        await subject.AddAsync(subject.Person(name));
        var after = await Listing.ReadAsync(connector, before.End.Cursor);

        var successor = await subject.AccountAsync(name);
        Assert.NotEqual(old, successor);
        Assert.Contains(after.Gone, k => k is FactKey.OfNode n && n.Id == old);
        Assert.Contains(after.Nodes, n => n.Id == successor);
        Assert.IsType<LookOutcome.Gone>(await connector.LookAsync(new() { Kind = CutKind.DisableAccount, Target = old }, default));
    }

    [Fact]
    public async Task Owners_services_and_attributes_are_seen_as_the_directory_has_them()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var (boss, bossId) = await subject.NewPersonAsync();
        await subject.AddAsync($"""
            dn: cn={subject.Name}-x,{LdapSubject.People}
            objectClass: inetOrgPerson
            cn: {subject.Name}-x
            sn: x
            mail: x@acme.test
            employeeNumber: 4711
            manager: {LdapSubject.DnOf(boss)}

            dn: cn={subject.Name}-job,ou=services,dc=acme,dc=test
            objectClass: applicationProcess
            cn: {subject.Name}-job

            """);
        var (person, job) = (await subject.AccountAsync($"{subject.Name}-x"), await subject.AccountAsync($"{subject.Name}-job"));

        var listing = await Listing.ReadAsync(connector);

        var node = listing.Nodes.Single(n => n.Id == person);
        Assert.Equal(("x@acme.test", "4711", "human"),
            (node.Find(NodeAttributes.Mail), node.Find(NodeAttributes.EmployeeNumber), node.Find(NodeAttributes.IdentityKind)));
        Assert.Equal("service", listing.Nodes.Single(n => n.Id == job).Find(NodeAttributes.IdentityKind));
        Assert.Contains(new LinkKey(LdapSubject.System, bossId, LinkKind.Owns, person, null), listing.Links);
    }

    [Fact]
    public async Task The_name_that_Lockstep_binds_with_is_never_cut()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var own = (await Listing.ReadAsync(connector)).Nodes.Single(n => n is { Name: "lockstep", Id.Kind: NodeKinds.Account });

        var outcome = await connector.CutAsync(new() { Kind = CutKind.DisableAccount, Target = own.Id }, new(Guid.NewGuid(), 0), default);

        Assert.Equal(ConnectorErrorKind.Unsupported, Assert.IsType<CutOutcome.Failed>(outcome).Error.Kind);
        Assert.True((await connector.CheckAsync(default)).IsReachable);
    }
}
