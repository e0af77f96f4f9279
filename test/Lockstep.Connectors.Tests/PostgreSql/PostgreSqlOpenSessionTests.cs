using System.Globalization;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab.PostgreSql;
using Lockstep.Secrets;
using Npgsql;
using Xunit;

namespace Lockstep.Connectors.Tests.PostgreSql;

/// <summary>What a session that was open before a cut still does, and that ending it ends that.</summary>
public class PostgreSqlOpenSessionTests(LabFixture lab)
{
    [Fact]
    public async Task A_session_opened_with_the_old_password_goes_on_until_it_is_ended()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (name, oid) = await subject.NewAccountAsync();
        var session = await subject.OpenSessionAsync(name);
        using var fresh = SecretText.Generate();

        Assert.IsType<CutOutcome.Acknowledged>(await ((IRotateCredentials)connector).SetValueAsync(
            NodeId.Of(PostgreSqlSubject.System, NodeKinds.Credential, $"password.{oid}"), fresh, new(Guid.NewGuid(), 0), default));

        Assert.False(await subject.WorksAsync(name));
        Assert.True(await PostgreSqlTrials.RunsAsync(session));
        await EndAsync(connector, subject.Account(oid));
        Assert.False(await PostgreSqlTrials.RunsAsync(session));
    }

    [Fact]
    public async Task An_open_cursor_goes_on_after_the_privilege_is_revoked_until_the_session_is_ended()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.ConnectAsOwner();
        var ((name, oid), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"INSERT INTO {table} SELECT g FROM generate_series(1, 9) g; GRANT SELECT ON {table} TO {name}");
        var session = await subject.OpenSessionAsync(name);
        await AskAsync(session, $"BEGIN; CREATE TEMP TABLE mine AS SELECT * FROM {table}; "
            + $"DECLARE c CURSOR WITH HOLD FOR SELECT id FROM {table} ORDER BY id; COMMIT");
        Assert.Equal("1", await AskAsync(session, "FETCH c"));
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT");

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link }, new(Guid.NewGuid(), 0), default));

        Assert.Equal("2", await AskAsync(session, "FETCH c"));
        Assert.Equal("9", await AskAsync(session, "SELECT count(*) FROM mine"));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(session, $"SELECT * FROM {table}"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        await EndAsync(connector, subject.Account(oid));
        Assert.False(await PostgreSqlTrials.RunsAsync(session));
    }

    [Fact]
    public async Task A_session_in_a_role_taken_through_another_goes_on_after_that_one_left_the_role_until_it_is_ended()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((name, oid), (table, _)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        var ((inner, innerOid), (outer, outerOid)) = (await subject.NewRoleAsync(), await subject.NewRoleAsync());
        await subject.PsqlAsync($"GRANT {inner} TO {name}; GRANT {outer} TO {inner}; GRANT SELECT ON {table} TO {outer}");
        var session = await subject.OpenSessionAsync(name);
        await AskAsync(session, $"SET ROLE {outer}");
        var link = PostgreSqlSubject.Key(subject.Role(innerOid), LinkKind.Assumes, subject.Role(outerOid));

        Assert.IsType<CutOutcome.Acknowledged>(await ((ICutAccess)connector).CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link }, new(Guid.NewGuid(), 0), default));

        Assert.False(await subject.WorksAsync(name, $"SELECT * FROM {table}"));
        Assert.Equal("0", await AskAsync(session, $"SELECT count(*) FROM {table}"));
        await EndAsync(connector, subject.Account(oid));
        Assert.False(await PostgreSqlTrials.RunsAsync(session));
    }

    [Fact]
    public async Task A_holder_whose_session_was_ended_connects_again_where_the_account_is_not_disabled_first()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var (name, oid) = await subject.NewAccountAsync();
        var session = await subject.OpenSessionAsync(name);
        var key = await subject.PsqlAsync(
            $"SELECT pid || '.' || (extract(epoch FROM backend_start) * 1000000)::int8 FROM pg_stat_activity WHERE usename = '{name}'");
        var cut = new Cut { Kind = CutKind.EndSession, Target = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Session, key) };

        Assert.IsType<CutOutcome.Acknowledged>(await ((ICutAccess)connector).CutAsync(cut, new(Guid.NewGuid(), 0), default));

        Assert.False(await PostgreSqlTrials.RunsAsync(session));
        Assert.IsType<LookOutcome.Gone>(await ((ICutAccess)connector).LookAsync(cut, default));
        Assert.True(await subject.WorksAsync(name));
        await ((ICutAccess)connector).CutAsync(
            new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) }, new(Guid.NewGuid(), 0), default);
        Assert.False(await subject.WorksAsync(name));
    }

    [Fact]
    public async Task A_replication_stream_goes_on_after_NOLOGIN_until_the_sessions_are_ended()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = subject.ConnectAsOwner();
        var ((name, oid), (table, _)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"ALTER ROLE {name} REPLICATION");
        await subject.PsqlAsync($"SELECT pg_create_logical_replication_slot('{name}', 'test_decoding')");
        await using var stream = HeldClient.Start(
            "pg_recvlogical",
            ["-h", "127.0.0.1", "-p", subject.Port.ToString(CultureInfo.InvariantCulture), "-U", name, "-d", PostgreSqlSubject.Database,
                "-w", "-S", name, "--start", "-n", "-F", "0", "-f", "-"],
            ("PGPASSWORD", subject.Password));
        await subject.PsqlAsync($"INSERT INTO {table} VALUES (1)");
        await stream.LineWithAsync("id[integer]:1");

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) }, new(Guid.NewGuid(), 0), default));

        Assert.False(await subject.WorksAsync(name));
        await subject.PsqlAsync($"INSERT INTO {table} VALUES (2)");
        await stream.LineWithAsync("id[integer]:2");
        await EndAsync(connector, subject.Account(oid));
        Assert.NotEmpty(await stream.EndAsync());
        await subject.PsqlAsync($"SELECT pg_drop_replication_slot('{name}')");
    }

    /// <summary>
    /// The login waits after it was authenticated. Where this machine is so busy that the wait ends before the sessions are ended, a
    /// longer wait is tried.
    /// </summary>
    [Fact]
    public async Task A_login_that_was_under_way_comes_up_after_the_sessions_were_ended_and_a_later_round_ends_it()
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        await using var connector = (ICutAccess)subject.Connect(subject.Port);
        var comesUpLater = false;
        for (var seconds = 3; !comesUpLater && seconds <= 48; seconds *= 2)
        {
            var (name, oid) = await subject.NewAccountAsync();
            await using var slow = SlowLogin(subject, name, seconds);
            await Task.Delay(TimeSpan.FromSeconds(1));
            var account = subject.Account(oid);
            var sessions = new Cut { Kind = CutKind.EndSession, Target = account };

            await connector.CutAsync(new() { Kind = CutKind.DisableAccount, Target = account }, new(Guid.NewGuid(), 0), default);
            var swept = Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(sessions, new(Guid.NewGuid(), 1), default));
            if (swept.Evidence != "no such session is open")
            {
                continue;
            }

            comesUpLater = true;
            Assert.Equal($"I am {name}", await slow.LineWithAsync("I am "));
            Assert.IsType<LookOutcome.StillThere>(await connector.LookAsync(sessions, default));
            Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(sessions, new(Guid.NewGuid(), 2), default));
            Assert.IsType<LookOutcome.Gone>(await connector.LookAsync(sessions, default));
            await slow.SendAsync("SELECT 1;\n");
            Assert.Contains("terminat", await slow.EndAsync());
            Assert.False(await subject.WorksAsync(name));
        }

        Assert.True(comesUpLater, "no login was slower than the cuts");
    }

    private static HeldClient SlowLogin(PostgreSqlSubject subject, string name, int seconds) => HeldClient.Start(
        PostgresServer.Psql,
        ["-h", "127.0.0.1", "-p", subject.Port.ToString(CultureInfo.InvariantCulture), "-U", name, "-d", PostgreSqlSubject.Database,
            "-X", "-q", "-A", "-t", "-w", "-c", "SELECT 'I am ' || session_user", "-f", "-"],
        ("PGPASSWORD", subject.Password),
        ("PGOPTIONS", string.Create(CultureInfo.InvariantCulture, $"-c post_auth_delay={seconds}")));

    private static async Task EndAsync(IConnector connector, NodeId account) => Assert.IsType<CutOutcome.Acknowledged>(
        await ((ICutAccess)connector).CutAsync(new() { Kind = CutKind.EndSession, Target = account }, new(Guid.NewGuid(), 9), default));

    private static async Task<string?> AskAsync(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
