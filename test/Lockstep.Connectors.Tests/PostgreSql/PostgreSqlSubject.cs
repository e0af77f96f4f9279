using System.Globalization;
using Lockstep.Connectors.PostgreSql;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.PostgreSql;
using Lockstep.Testing.Contracts;
using Npgsql;

namespace Lockstep.Connectors.Tests.PostgreSql;

/// <summary>
/// The lab's PostgreSQL; its truth is set and asked by <c>psql</c>. Lockstep's role is no superuser: it has what the README grants.
/// </summary>
internal sealed class PostgreSqlSubject : IConnectorSubject
{
    public const string System = "lab-pg";
    public const string Database = "contract";
    public const string OwnRole = "lockstep_rw";
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static bool _isReady;
    private readonly PostgresServer _server;
    private readonly string _name = $"t{Guid.NewGuid():N}"[..12];

    private readonly List<NpgsqlConnection> _sessions = [];
    private int _count;

    private PostgreSqlSubject(PostgresServer server) => _server = server;

    public int Port => _server.Port;

    public string Name => _name;

    public string Password { get; } = LabSecret.Generate(LabFixture.Canary).Reveal();

    public string? HiddenFromReadOnly => "passwords";

    public static async Task<PostgreSqlSubject> StartAsync(LabFixture lab)
    {
        var subject = new PostgreSqlSubject(await lab.PostgresAsync());
        await Once.WaitAsync();
        try
        {
            if (!_isReady)
            {
                await subject.PrepareAsync();
                _isReady = true;
            }
        }
        finally
        {
            Once.Release();
        }

        return subject;
    }

    public IConnector Connect(int port) => Make(port, OwnRole, OwnPassword);

    public PostgreSqlConnector ConnectAsOwner() => Make(Port, PostgresServer.AdminUser, _server.AdminPassword.Reveal());

    public IConnector? ConnectReadOnly() => Make(Port, "lockstep_ro", OwnPassword);

    public IConnector ConnectWithWrongCredential() => Make(Port, OwnRole, "wrong-password");

    public async Task<IReadOnlyList<LinkKey>> SeedAsync()
    {
        var (group, outer) = ($"{_name} \"gr'oup\" é", $"{_name}_outer");
        await PsqlAsync($"""
            CREATE ROLE {Quoted(group)} ROLE {OwnRole}; CREATE ROLE {outer}; GRANT {outer} TO {Quoted(group)};
            DO $$ BEGIN FOR i IN 1..150 LOOP EXECUTE format('CREATE ROLE %I LOGIN IN ROLE %I', '{_name}_' || i, {Literal(group)}); END LOOP; END $$;
            CREATE TABLE "{_name} t"(id int); GRANT SELECT ON "{_name} t" TO {outer};
            """);
        var (groupOid, outerOid) = (await OidAsync(group), await OidAsync(outer));
        var members = await PsqlAsync($"SELECT oid FROM pg_roles WHERE rolname ~ '^{_name}_[0-9]+$'");
        var links = members.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(oid => Key(Account(oid), LinkKind.Assumes, Role(groupOid))).ToList();
        links.Add(Key(Role(groupOid), LinkKind.Assumes, Role(outerOid)));
        links.Add(Key(Role(outerOid), LinkKind.Permits, await TableAsync($"{_name} t"), "SELECT"));
        return links;
    }

    public Task RemoveAsync(LinkKey link) => PsqlAsync($"""
        DO $$ BEGIN EXECUTE (SELECT format('REVOKE %I FROM %I', r.rolname, m.rolname) FROM pg_roles r, pg_roles m
              WHERE r.oid = {link.To.RawKey} AND m.oid = {link.From.RawKey}); END $$
        """);

    public async Task<IReadOnlyList<CutTrial>> TrialsAsync()
    {
        var trials = new PostgreSqlTrials(this);
        return
        [
            await trials.DisableAsync(), await trials.PasswordAsync(), await trials.SessionAsync(), await trials.SessionsOfAccountAsync(),
            await trials.MembershipAsync(), await trials.NestedMembershipAsync(), await trials.PrivilegeAsync(),
                await trials.PrivilegeOfRoleAsync(),
            await trials.PrivilegeOfPublicAsync(), await trials.ColumnAsync(),
        ];
    }

    /// <summary>Makes a login role, which Lockstep's role may grant and revoke as its README asks.</summary>
    public async Task<(string Name, string Oid)> NewAccountAsync()
    {
        var name = $"{_name}_a{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        await PsqlAsync($"CREATE ROLE {name} LOGIN PASSWORD '{Password}'");
        return (name, await OidAsync(name));
    }

    public async Task<(string Name, string Oid)> NewRoleAsync()
    {
        var name = $"{_name}_r{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        await PsqlAsync($"CREATE ROLE {name}");
        return (name, await OidAsync(name));
    }

    /// <summary>
    /// Makes a table whose owner Lockstep's role is a member of, as its README asks for where privileges are to be revoked.
    /// </summary>
    public async Task<(string Name, NodeId Id)> NewTableAsync()
    {
        var name = $"{_name}_t{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        await PsqlAsync($"CREATE TABLE {name}(id int, card text); ALTER TABLE {name} OWNER TO contract_owner");
        return (name, await TableAsync(name));
    }

    public async Task<NpgsqlConnection> OpenSessionAsync(string role)
    {
        var text = new NpgsqlConnectionStringBuilder(_server.AdminConnection(Database)) { Username = role, Password = Password };
        var session = new NpgsqlConnection(text.ConnectionString);
        await session.OpenAsync();
        _sessions.Add(session);
        return session;
    }

    /// <summary>Opens a session of the administrator.</summary>
    public async Task<NpgsqlConnection> OpenAdminSessionAsync()
    {
        var session = new NpgsqlConnection(_server.AdminConnection(Database));
        await session.OpenAsync();
        return session;
    }

    /// <summary>Runs a statement as a role with the role's own password; says whether it worked.</summary>
    public async Task<bool> WorksAsync(string role, string sql = "SELECT 1", string? password = null) =>
        (await RunAsync(role, password ?? Password, sql)).ExitCode == 0;

    public async Task<string> PsqlAsync(string sql)
    {
        var (exitCode, output) = await RunAsync(PostgresServer.AdminUser, _server.AdminPassword.Reveal(), sql);
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException(output);
    }

    public NodeId Account(string oid) => NodeId.Of(System, NodeKinds.Account, oid);

    public NodeId Role(string oid) => NodeId.Of(System, NodeKinds.Role, oid);

    public static LinkKey Key(NodeId from, LinkKind kind, NodeId to, string? action = null) => new(System, from, kind, to, action);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    private static string OwnPassword { get; } = LabSecret.Generate(LabFixture.Canary).Reveal();

    private static PostgreSqlConnector Make(int port, string role, string password) => PostgreSqlConnector.Create(
        System,
        new()
        {
            Host = "127.0.0.1", Port = port, Role = role, Password = new FixedSecret(password), Tls = PostgreSqlTls.Off, Timeout =
                TimeSpan.FromSeconds(15),
        },
        TimeProvider.System);

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The grants of the connector's README.</summary>
    private async Task PrepareAsync()
    {
        await RunAsync(PostgresServer.AdminUser, _server.AdminPassword.Reveal(), $"CREATE DATABASE {Database}", "postgres");
        await PsqlAsync($"""
            CREATE ROLE {OwnRole} LOGIN CREATEROLE PASSWORD '{OwnPassword}'; GRANT pg_read_all_stats, pg_signal_backend TO {OwnRole};
            CREATE ROLE contract_owner; GRANT contract_owner TO {OwnRole}; GRANT CREATE ON SCHEMA public TO contract_owner;
            CREATE ROLE lockstep_ro LOGIN PASSWORD '{OwnPassword}';
            """);
        await RunAsync(PostgresServer.AdminUser, _server.AdminPassword.Reveal(),
            $"GRANT SELECT (oid, rolname, rolpassword) ON pg_authid TO {OwnRole}", "postgres");
        await PsqlAsync($"GRANT SELECT (oid, rolname, rolpassword) ON pg_authid TO {OwnRole}");
    }

    private Task<string> OidAsync(string role) => PsqlAsync($"SELECT oid FROM pg_roles WHERE rolname = {Literal(role)}");

    private async Task<NodeId> TableAsync(string name)
    {
        var oids = await PsqlAsync(
            $"SELECT d.oid || '.' || c.oid FROM pg_class c, pg_database d WHERE relname = '{name}' AND datname = current_database()");
        return NodeId.Of(System, NodeKinds.Resource, $"table.{oids}");
    }

    private Task<(int ExitCode, string Output)> RunAsync(string role, string password, string sql, string database = Database) =>
        OwnClient.RunAsync(
        PostgresServer.Psql,
        ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", role, "-d", database, "-X", "-q", "-A", "-t", "-w",
            "-v", "ON_ERROR_STOP=1", "-f", "-"],
        sql,
        ("PGPASSWORD", password), ("PGCONNECT_TIMEOUT", "5"));
}
