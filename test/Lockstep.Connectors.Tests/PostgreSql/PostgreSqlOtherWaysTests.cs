using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Testing.Contracts;
using Npgsql;
using Xunit;

namespace Lockstep.Connectors.Tests.PostgreSql;

/// <summary>Other ways to the same access, which a cut leaves open and a listing names.</summary>
public class PostgreSqlOtherWaysTests(LabFixture lab)
{
    [Fact]
    public async Task Members_of_a_disabled_role_still_take_it_until_the_membership_is_removed()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((leaver, oid), (friend, friendOid), (table, _)) =
            (await subject.NewAccountAsync(), await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT {leaver} TO {friend}; GRANT SELECT ON {table} TO {leaver}");

        await CutAsync(connector, new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) });

        Assert.False(await subject.WorksAsync(leaver));
        Assert.True(await subject.WorksAsync(friend, $"SET ROLE {leaver}; SELECT * FROM {table}"));
        var link = Assert.Single((await Listing.ReadAsync(connector)).Links, l =>
            l.Kind == LinkKind.Assumes && l.From == subject.Account(friendOid) && l.To.RawKey == oid);
        await CutAsync(connector, new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link });
        Assert.False(await subject.WorksAsync(friend, $"SET ROLE {leaver}"));
    }

    [Fact]
    public async Task A_role_that_another_drops_while_we_cut_it_is_cut_already()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (name, oid) = await subject.NewAccountAsync();
        await using var other = await subject.OpenAdminSessionAsync();
        await using (var drop = new NpgsqlCommand($"BEGIN; DROP ROLE {name}", other))
        {
            await drop.ExecuteNonQueryAsync();
        }

        var cut = ((ICutAccess)connector).CutAsync(new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) }, new(Guid.NewGuid(), 1), default);
        while (await subject.PsqlAsync("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0" && !cut.IsCompleted)
        {
            await Task.Delay(50);
        }

        Assert.False(cut.IsCompleted, "the cut did not wait for the other: nothing is shown");
        await using (var commit = new NpgsqlCommand("COMMIT", other))
        {
            await commit.ExecuteNonQueryAsync();
        }

        var outcome = await cut;
        Assert.True(outcome is CutOutcome.Acknowledged, $"{outcome}");
        Assert.IsType<LookOutcome.Gone>(await ((ICutAccess)connector).LookAsync(
            new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) }, default));
    }

    [Fact]
    public async Task Whoever_was_let_in_by_the_one_with_the_admin_option_stays_a_member()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((leaver, oid), (friend, friendOid)) = (await subject.NewAccountAsync(), await subject.NewAccountAsync());
        var ((role, roleOid), (table, _)) = (await subject.NewRoleAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT SELECT ON {table} TO {role}; GRANT {role} TO {leaver} WITH ADMIN OPTION");
        Assert.True(await subject.WorksAsync(leaver, $"GRANT {role} TO {friend}"));
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Assumes, subject.Role(roleOid));

        await CutAsync(connector, new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link });

        Assert.False(await subject.WorksAsync(leaver, $"SELECT * FROM {table}"));
        Assert.True(await subject.WorksAsync(friend, $"SELECT * FROM {table}"));
        var links = (await Listing.ReadAsync(connector)).Links;
        Assert.DoesNotContain(link, links);
        Assert.Contains(PostgreSqlSubject.Key(subject.Account(friendOid), LinkKind.Assumes, subject.Role(roleOid)), links);
    }

    [Fact]
    public async Task What_PUBLIC_holds_works_on_after_the_privilege_is_revoked_and_the_listing_names_PUBLIC()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.ConnectAsOwner();
        var ((name, oid), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT SELECT ON {table} TO {name}, PUBLIC");
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT");
        var everybody = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Group, "public");
        var open = PostgreSqlSubject.Key(everybody, LinkKind.Permits, id, "SELECT");

        await CutAsync(connector, new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link });

        Assert.True(await subject.WorksAsync(name, $"SELECT * FROM {table}"));
        var links = (await Listing.ReadAsync(connector)).Links;
        Assert.DoesNotContain(link, links);
        Assert.Contains(open, links);
        Assert.Contains(links, l => l.From == link.From && l.Kind == LinkKind.MemberOf && l.To == everybody);
        await CutAsync(connector, new() { Kind = CutKind.RemoveLink, Target = everybody, Link = open });
        Assert.False(await subject.WorksAsync(name, $"SELECT * FROM {table}"));
    }

    [Fact]
    public async Task A_prepared_transaction_outlives_the_sessions_and_the_account()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((name, oid), (table, _)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT INSERT ON {table} TO {name}");
        Assert.True(await subject.WorksAsync(name, $"BEGIN; INSERT INTO {table} VALUES (7); PREPARE TRANSACTION '{name}'"));

        await CutAsync(connector, new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) });
        await CutAsync(connector, new() { Kind = CutKind.EndSession, Target = subject.Account(oid) });

        Assert.Equal(name, await subject.PsqlAsync($"SELECT owner FROM pg_prepared_xacts WHERE gid = '{name}'"));
        Assert.Equal("0", await subject.PsqlAsync($"SELECT count(*) FROM {table}"));
        await subject.PsqlAsync($"COMMIT PREPARED '{name}'");
        Assert.Equal("1", await subject.PsqlAsync($"SELECT count(*) FROM {table}"));
    }

    /// <summary>The rule that lets one role in without a password stands first in the file while the test runs.</summary>
    [Fact]
    public async Task A_login_that_needs_no_password_goes_on_without_one_until_the_account_is_disabled()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (name, oid) = await subject.NewAccountAsync();
        var file = await subject.PsqlAsync("SHOW hba_file");
        var before = await File.ReadAllTextAsync(file);
        try
        {
            await File.WriteAllTextAsync(file, $"host {PostgreSqlSubject.Database} {name} 127.0.0.1/32 trust\n{before}");
            await subject.PsqlAsync("SELECT pg_reload_conf()");
            var password = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Credential, $"password.{oid}");

            await CutAsync(connector, new() { Kind = CutKind.RevokeCredential, Target = password });

            Assert.Equal("t", await subject.PsqlAsync($"SELECT rolpassword IS NULL FROM pg_authid WHERE oid = {oid}"));
            Assert.True(await subject.WorksAsync(name, password: "any"));
            await CutAsync(connector, new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) });
            Assert.False(await subject.WorksAsync(name, password: "any"));
        }
        finally
        {
            await File.WriteAllTextAsync(file, before);
            await subject.PsqlAsync("SELECT pg_reload_conf()");
        }
    }

    private static async Task CutAsync(IConnector connector, Cut cut) => Assert.IsType<CutOutcome.Acknowledged>(
        await ((ICutAccess)connector).CutAsync(cut, new(Guid.NewGuid(), 0), default));
}
