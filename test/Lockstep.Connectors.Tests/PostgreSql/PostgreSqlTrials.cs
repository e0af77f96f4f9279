using Lockstep.Graph;
using Lockstep.Testing.Contracts;
using Npgsql;

namespace Lockstep.Connectors.Tests.PostgreSql;

/// <summary>One trial for each cut, with <c>psql</c> as the judge.</summary>
internal sealed class PostgreSqlTrials(PostgreSqlSubject subject)
{
    public async Task<CutTrial> DisableAsync()
    {
        var (name, oid) = await subject.NewAccountAsync();
        return new(
            "disable account", new() { Kind = CutKind.DisableAccount, Target = subject.Account(oid) },
            () => subject.WorksAsync(name), () => subject.PsqlAsync($"ALTER ROLE {name} NOLOGIN"));
    }

    public async Task<CutTrial> PasswordAsync()
    {
        var (name, oid) = await subject.NewAccountAsync();
        var password = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Credential, $"password.{oid}");
        return new(
            "remove password", new() { Kind = CutKind.RevokeCredential, Target = password },
            () => subject.WorksAsync(name), () => subject.PsqlAsync($"ALTER ROLE {name} PASSWORD NULL"));
    }

    public async Task<CutTrial> SessionAsync()
    {
        var (name, _) = await subject.NewAccountAsync();
        var session = await subject.OpenSessionAsync(name);
        var key = await subject.PsqlAsync(
            $"SELECT pid || '.' || (extract(epoch FROM backend_start) * 1000000)::int8 FROM pg_stat_activity WHERE usename = '{name}'");
        return new(
            "end session", new() { Kind = CutKind.EndSession, Target = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Session, key) },
            () => RunsAsync(session), () => subject.PsqlAsync($"SELECT pg_terminate_backend({session.ProcessID}, 3000)"));
    }

    public async Task<CutTrial> SessionsOfAccountAsync()
    {
        var (name, oid) = await subject.NewAccountAsync();
        var (one, other) = (await subject.OpenSessionAsync(name), await subject.OpenSessionAsync(name));
        return new(
            "end all sessions", new() { Kind = CutKind.EndSession, Target = subject.Account(oid) },
            async () => await RunsAsync(one) || await RunsAsync(other),
            () => subject.PsqlAsync($"SELECT pg_terminate_backend(pid, 3000) FROM pg_stat_activity WHERE usename = '{name}'"));
    }

    public async Task<CutTrial> MembershipAsync()
    {
        var ((name, oid), (role, roleOid), (table, _)) =
            (await subject.NewAccountAsync(), await subject.NewRoleAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT {role} TO {name}; GRANT SELECT ON {table} TO {role}");
        return Link(
            "leave role", PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Assumes, subject.Role(roleOid)), name, table,
                $"REVOKE {role} FROM {name}");
    }

    public async Task<CutTrial> NestedMembershipAsync()
    {
        var ((name, _), (table, _)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        var ((inner, innerOid), (outer, outerOid)) = (await subject.NewRoleAsync(), await subject.NewRoleAsync());
        await subject.PsqlAsync($"GRANT {inner} TO {name}; GRANT {outer} TO {inner}; GRANT SELECT ON {table} TO {outer}");
        return Link(
            "role leaves role", PostgreSqlSubject.Key(subject.Role(innerOid), LinkKind.Assumes, subject.Role(outerOid)), name, table,
                $"REVOKE {outer} FROM {inner}");
    }

    public async Task<CutTrial> PrivilegeAsync()
    {
        var ((name, oid), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT SELECT ON {table} TO {name}");
        return Link(
            "revoke privilege", PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT"), name, table,
                $"REVOKE SELECT ON {table} FROM {name}");
    }

    public async Task<CutTrial> PrivilegeOfRoleAsync()
    {
        var ((name, _), (role, roleOid), (table, id)) =
            (await subject.NewAccountAsync(), await subject.NewRoleAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT {role} TO {name}; GRANT SELECT ON {table} TO {role}");
        return Link(
            "revoke privilege of role", PostgreSqlSubject.Key(subject.Role(roleOid), LinkKind.Permits, id, "SELECT"), name, table,
                $"REVOKE SELECT ON {table} FROM {role}");
    }

    public async Task<CutTrial> PrivilegeOfPublicAsync()
    {
        var ((name, _), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT SELECT ON {table} TO PUBLIC");
        var everybody = NodeId.Of(PostgreSqlSubject.System, NodeKinds.Group, "public");
        return Link("revoke from PUBLIC", PostgreSqlSubject.Key(everybody, LinkKind.Permits, id, "SELECT"), name, table,
            $"REVOKE SELECT ON {table} FROM PUBLIC");
    }

    public async Task<CutTrial> ColumnAsync()
    {
        var ((name, oid), (table, id)) = (await subject.NewAccountAsync(), await subject.NewTableAsync());
        await subject.PsqlAsync($"GRANT SELECT (card) ON {table} TO {name}");
        var link = PostgreSqlSubject.Key(subject.Account(oid), LinkKind.Permits, id, "SELECT(card)");
        return new(
            "revoke column privilege", new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link },
            () => subject.WorksAsync(name, $"SELECT card FROM {table}"), () =>
                subject.PsqlAsync($"REVOKE SELECT (card) ON {table} FROM {name}"));
    }

    public static async Task<bool> RunsAsync(NpgsqlConnection session)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT 1", session);
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (Exception ended) when (ended is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }

    private CutTrial Link(string title, LinkKey link, string reader, string table, string revoke) => new(
        title, new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link },
        () => subject.WorksAsync(reader, $"SELECT * FROM {table}"), () => subject.PsqlAsync(revoke));
}
