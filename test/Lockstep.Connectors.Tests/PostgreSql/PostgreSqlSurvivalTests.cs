using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.PostgreSql;

/// <summary>What survives a cut in PostgreSQL, and that we say so.</summary>
public class PostgreSqlSurvivalTests(LabFixture lab)
{
    [Fact]
    public async Task A_disabled_account_stays_an_account_and_its_open_session_is_still_shown_as_access()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (name, oid) = await subject.NewAccountAsync();
        var session = await subject.OpenSessionAsync(name);
        var account = subject.Account(oid);

        await ((ICutAccess)connector).CutAsync(new() { Kind = CutKind.DisableAccount, Target = account }, new(Guid.NewGuid(), 0), default);
        var listing = await Listing.ReadAsync(connector);

        Assert.True(await PostgreSqlTrials.RunsAsync(session), "NOLOGIN is not expected to end a session");
        Assert.Equal(NodeState.Disabled, listing.Nodes.Single(n => n.Id == account).State);
        var link = listing.Facts.OfType<Fact.OfLink>().Single(f => f.Link.To == account && f.Link.From.Kind == NodeKinds.Session).Link;
        Assert.Equal((LinkKind.AuthenticatesAs, EnforcementMode.Connection), (link.Kind, link.Enforcement.Mode));
        Assert.Contains(listing.Links, l => l.Kind == LinkKind.Holds && l.From == account && l.To == link.From);
    }

    [Fact]
    public async Task A_session_in_a_role_taken_before_goes_on_after_the_membership_is_revoked_until_it_is_ended()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var trial = await new PostgreSqlTrials(subject).MembershipAsync();
        var (role, account) = (trial.Cut.Link!.To.RawKey, trial.Cut.Link.From);
        var names = (await subject.PsqlAsync(
            $"SELECT rolname FROM pg_roles WHERE oid IN ({role}, {account.RawKey}) ORDER BY oid = {role}")).Split('\n');
        var session = await subject.OpenSessionAsync(names[0]);
        await ExecuteAsync(session, $"SET ROLE {names[1]}");

        await ((ICutAccess)connector).CutAsync(trial.Cut, new(Guid.NewGuid(), 0), default);
        var user = await ExecuteAsync(session, "SELECT current_user");
        await ((ICutAccess)connector).CutAsync(new() { Kind = CutKind.EndSession, Target = account }, new(Guid.NewGuid(), 0), default);

        Assert.Equal(names[1], user);
        Assert.False(await PostgreSqlTrials.RunsAsync(session));
    }

    [Fact]
    public async Task A_privilege_that_another_role_granted_is_revoked_in_its_name_or_reported_and_never_taken_as_gone()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var weak = subject.Connect(subject.Port);
        await using var strong = subject.ConnectAsOwner();
        var ((grantor, _), (friend, oid), (table, id)) =
            (await subject.NewAccountAsync(), await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync(
            $"GRANT SELECT ON {table} TO {grantor} WITH GRANT OPTION; SET ROLE {grantor}; GRANT SELECT ON {table} TO {friend}");
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT");
        var cut = new Cut { Kind = CutKind.RemoveLink, Target = link.From, Link = link };

        Assert.IsType<CutOutcome.Failed>(await ((ICutAccess)weak).CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.True(await subject.WorksAsync(friend, $"SELECT * FROM {table}"));
        Assert.IsType<CutOutcome.Acknowledged>(await strong.CutAsync(cut, new(Guid.NewGuid(), 0), default));

        Assert.False(await subject.WorksAsync(friend, $"SELECT * FROM {table}"));
        Assert.IsType<LookOutcome.Gone>(await strong.LookAsync(cut, default));
    }

    [Fact]
    public async Task A_REVOKE_that_says_OK_and_changes_nothing_is_a_failure()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((friend, oid), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"ALTER TABLE {table} OWNER TO postgres; GRANT SELECT ON {table} TO {friend}, {PostgreSqlSubject.OwnRole}");
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT");

        var outcome = await ((ICutAccess)connector).CutAsync(new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link }, new(Guid.NewGuid(), 0), default);

        Assert.Equal("LS2403", Assert.IsType<CutOutcome.Failed>(outcome).Error.Code);
        Assert.True(await subject.WorksAsync(friend, $"SELECT * FROM {table}"));
    }

    [Fact]
    public async Task A_privilege_that_was_passed_on_is_not_torn_out_of_others_hands()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.ConnectAsOwner();
        var ((leaver, oid), (friend, _), (table, id)) =
            (await subject.NewAccountAsync(), await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync(
            $"GRANT SELECT ON {table} TO {leaver} WITH GRANT OPTION; SET ROLE {leaver}; GRANT SELECT ON {table} TO {friend}");
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT");

        var outcome = await connector.CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link }, new(Guid.NewGuid(), 0), default);

        Assert.Equal("LS2407", Assert.IsType<CutOutcome.Failed>(outcome).Error.Code);
        Assert.True(await subject.WorksAsync(friend, $"SELECT * FROM {table}"));
    }

    [Fact]
    public async Task Superuser_is_one_link_that_can_be_cut()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.ConnectAsOwner();
        var ((name, oid), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"ALTER ROLE {name} SUPERUSER");
        var super = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Role, "superuser");
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Assumes, super);
        var listing = await Listing.ReadAsync(connector);
        Assert.Contains(link, listing.Links);
        Assert.Contains(PostgreSqlSubject.Key(super, LinkKind.Permits, id, "SELECT"), listing.Links);

        Assert.IsType<CutOutcome.Acknowledged>(
            await connector.CutAsync(
                new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link }, new(Guid.NewGuid(), 0), default));

        Assert.False(await subject.WorksAsync(name, $"SELECT * FROM {table}"));
        Assert.DoesNotContain(link, (await Listing.ReadAsync(connector)).Links);
    }

    private static async Task<string?> ExecuteAsync(Npgsql.NpgsqlConnection session, string sql)
    {
        await using var command = new Npgsql.NpgsqlCommand(sql, session);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
