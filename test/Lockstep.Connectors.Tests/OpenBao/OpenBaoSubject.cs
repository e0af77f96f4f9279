using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Connectors.Tests.PostgreSql;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.OpenBao;
using Lockstep.Lab.PostgreSql;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>The lab's OpenBao; its truth is set and asked over its own API by plain HTTP, and at the database for leases.</summary>
internal sealed class OpenBaoSubject : IConnectorSubject
{
    public const string System = "lab-bao";

    /// <summary>A database engine whose user names stand in the audit log as HMACs.</summary>
    public const string Hashed = "hashed";

    /// <summary>A database engine whose database is not there.</summary>
    public const string Away = "away";
    private const string AppRoles = "contract-approle";
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static bool _isReady;
    private static LabSecret _own = new("");
    private static LabSecret _readOnly = new("");
    
    private readonly string _name = $"t{Guid.NewGuid():N}"[..12];
    private int _count;

    private OpenBaoSubject(OpenBaoServer server, PostgresServer database) =>
        (Server, Database, Root) = (server, database, server.Client());

    public OpenBaoServer Server { get; }

    public LabHttp Root { get; }

    public PostgresServer Database { get; }

    public int Port => Server.Port;

    public string? HiddenFromReadOnly => "tokens";

    public BaoIds Ids { get; } = new(System);

    public static async Task<OpenBaoSubject> StartAsync(LabFixture lab)
    {
        var subject = new OpenBaoSubject(await lab.OpenBaoAsync(), await lab.PostgresAsync());
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

    public IConnector Connect(int port) => Make(port, _own);

    public IConnector? ConnectReadOnly() => Make(Port, _readOnly);

    public IConnector ConnectWithWrongCredential() => Make(Port, new LabSecret("s.wrong-token"));

    public async Task<IReadOnlyList<LinkKey>> SeedAsync()
    {
        var (policy, group) = ($"{_name} pölicy /x".Replace('/', '-'), await NewGroupAsync());
        await PolicyAsync(policy, $$"""path "secret/data/{{_name}}/*" { capabilities = ["read"] }""");
        var links = new List<LinkKey>();
        for (var i = 0; i < 8; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{_name}/w örd %20/{i}");
            await Root.SendAsync("POST", $"/v1/secret/data/{BaoApi.Escape(path)}", Value("v"));
            links.Add(Key(Ids.Policy(policy.ToLowerInvariant()), LinkKind.Reads, Ids.Kv("secret", path)));
        }

        var entity = await NewEntityAsync();
        await Root.SendAsync("POST", $"/v1/identity/group/id/{group}", new JsonObject
        {
            ["policies"] = new JsonArray(policy), ["member_entity_ids"] = new JsonArray(entity.Id),
        });
        links.Insert(0, Key(Ids.Entity(entity.Id), LinkKind.MemberOf, Ids.Group(group)));
        links.Add(Key(Ids.Group(group), LinkKind.Assumes, Ids.Policy(policy.ToLowerInvariant())));
        return links;
    }

    public Task RemoveAsync(LinkKey link) => ReplaceAsync("group", link.To.RawKey, "member_entity_ids");

    public async Task<IReadOnlyList<CutTrial>> TrialsAsync() =>
    [
        await DisableAsync(), await TokenAsync(), await SecretIdAsync(), await LeaseAsync(), await LeasesOfRoleAsync(),
        await MemberAsync(), await NestedMemberAsync(),
        await EntityPolicyAsync(), await GroupPolicyAsync(),
    ];

    public ValueTask DisposeAsync()
    {
        Root.Dispose();
        return ValueTask.CompletedTask;
    }

    public static JsonObject Value(string value) => new() { ["data"] = new JsonObject { ["password"] = value } };

    public static LinkKey Key(NodeId from, LinkKind kind, NodeId to) => new(System, from, kind, to, null);

    public OpenBaoConnector Make(int port, LabSecret token) => OpenBaoConnector.Create(
        System,
        new()
        {
            Address = new Uri($"http://127.0.0.1:{port}"), Token = new FixedSecret(token.Reveal()), RequestTimeout = TimeSpan.FromSeconds(10),
            Concurrency = 2, AuditFile = Server.AuditFile, AuditDevice = "main",
            Databases = new Dictionary<string, string> { ["contract"] = PostgreSqlSubject.System },
        },
        handler: null,
        TimeProvider.System);

    public Task PolicyAsync(string name, string text) =>
        Root.SendAsync("PUT", $"/v1/sys/policies/acl/{Uri.EscapeDataString(name)}", new JsonObject { ["policy"] = text });

    /// <summary>Makes an entity that logs in with a password, and gives its path for logins.</summary>
    public async Task<(string Id, string Login)> NewEntityAsync()
    {
        var name = Next("e");
        await Root.SendAsync("POST", $"/v1/auth/userpass/users/{name}", new JsonObject
        {
            ["password"] = Password.Reveal(), ["token_policies"] = new JsonArray("default"),
        });
        var made = await Root.SendAsync("POST", "/v1/identity/entity", new JsonObject { ["name"] = name });
        var id = (string)made.Body!["data"]!["id"]!;
        var mounts = await Root.SendAsync("GET", "/v1/sys/auth");
        await Root.SendAsync("POST", "/v1/identity/entity-alias", new JsonObject
        {
            ["name"] = name, ["canonical_id"] = id, ["mount_accessor"] = (string)mounts.Body!["data"]!["userpass/"]!["accessor"]!,
        });
        return (id, $"userpass/login/{name}");
    }

    public async Task<(LabSecret Token, string Accessor)> LogInAsync(string login) =>
        await Server.LoginAsync(login, new JsonObject { ["password"] = Password.Reveal() });

    /// <summary>Says whether a token reads a secret, or itself.</summary>
    public async Task<bool> OpensAsync(LabSecret token, string path = "auth/token/lookup-self")
    {
        using var client = Server.Client(token);
        return (await client.TryAsync("GET", "/v1/" + path)).Status == 200;
    }

    private static LabSecret Password { get; } = LabSecret.Generate(LabFixture.Canary);

    private static Cut Link(LinkKey link) => new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link };

    public string Next(string kind) =>
        $"{_name}-{kind}{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";

    private async Task<string> NewGroupAsync()
    {
        var made = await Root.SendAsync("POST", "/v1/identity/group", new JsonObject { ["name"] = Next("g") });
        return (string)made.Body!["data"]!["id"]!;
    }

    /// <summary>Makes a secret with a policy that alone opens it.</summary>
    private async Task<(string Policy, string Path)> NewSecretAsync()
    {
        var name = Next("s");
        await Root.SendAsync("POST", $"/v1/secret/data/{name}", Value("v"));
        await PolicyAsync(name, $$"""path "secret/data/{{name}}" { capabilities = ["read"] }""");
        return (name, $"secret/data/{name}");
    }

    private Task<LabHttpAnswer> ReplaceAsync(string kind, string id, string field, params string[] entries) => Root.SendAsync(
        "POST", $"/v1/identity/{kind}/id/{id}", new JsonObject { [field] = new JsonArray([.. entries.Select(e => (JsonNode)e)]) });

    private async Task<CutTrial> DisableAsync()
    {
        var (id, login) = await NewEntityAsync();
        var (token, _) = await LogInAsync(login);
        return new(
            "disable an entity",
            new Cut { Kind = CutKind.DisableAccount, Target = Ids.Entity(id) },
            () => OpensAsync(token),
            () => Root.SendAsync("POST", $"/v1/identity/entity/id/{id}", new JsonObject { ["disabled"] = true }));
    }

    private async Task<CutTrial> TokenAsync()
    {
        var (_, login) = await NewEntityAsync();
        var (token, accessor) = await LogInAsync(login);
        return new(
            "revoke a token",
            new Cut { Kind = CutKind.RevokeCredential, Target = Ids.Token(accessor) },
            () => OpensAsync(token),
            () => Root.SendAsync("POST", "/v1/auth/token/revoke-accessor", new JsonObject { ["accessor"] = accessor }));
    }

    private async Task<CutTrial> SecretIdAsync()
    {
        var role = Next("r");
        var path = $"/v1/auth/{AppRoles}/role/{role}";
        await Root.SendAsync("POST", path, new JsonObject { ["token_policies"] = new JsonArray("default") });
        var roleId = (string)(await Root.SendAsync("GET", $"{path}/role-id")).Body!["data"]!["role_id"]!;
        var made = (await Root.SendAsync("POST", $"{path}/secret-id", new JsonObject())).Body!["data"]!;
        var accessor = (string)made["secret_id_accessor"]!;
        return new(
            "destroy a secret-id",
            new Cut { Kind = CutKind.RevokeCredential, Target = Ids.SecretId(AppRoles, role, accessor) },
            async () => (await Root.TryAsync("POST", $"{path}/secret-id/lookup", new JsonObject { ["secret_id"] = (string)made["secret_id"]! })).Status == 200
                && roleId.Length > 0,
            () => Root.SendAsync("POST", $"{path}/secret-id-accessor/destroy", new JsonObject { ["secret_id_accessor"] = accessor }));
    }

    private async Task<CutTrial> LeaseAsync()
    {
        var lease = (await Root.SendAsync("GET", "/v1/database/creds/contract")).Body!;
        var (id, user) = ((string)lease["lease_id"]!, (string)lease["data"]!["username"]!);
        return new(
            "revoke a lease",
            new Cut { Kind = CutKind.RevokeCredential, Target = Ids.Lease(id) },
            async () => await IsRoleAsync(user),
            () => Root.SendAsync("PUT", "/v1/sys/leases/revoke", new JsonObject { ["lease_id"] = id, ["sync"] = true }));
    }

    private async Task<CutTrial> LeasesOfRoleAsync()
    {
        var role = Next("d");
        await Root.SendAsync("POST", $"/v1/database/roles/{role}", DatabaseRole());
        var lease = (await Root.SendAsync("GET", $"/v1/database/creds/{role}")).Body!;
        var mounts = await Root.SendAsync("GET", "/v1/sys/mounts");
        return new(
            "revoke the leases of a role",
            new Cut
            {
                Kind = CutKind.RevokeCredential,
                Target = Ids.Engine((string)mounts.Body!["data"]!["database/"]!["accessor"]!, "database", role),
            },
            async () => await IsRoleAsync((string)lease["data"]!["username"]!),
            () => Root.SendAsync("PUT", "/v1/sys/leases/revoke", new JsonObject { ["lease_id"] = (string)lease["lease_id"]!, ["sync"] = true }));
    }

    public static JsonObject DatabaseRole(string inRole = "") => new()
    {
        ["db_name"] = "contract", ["default_ttl"] = "1h", ["max_ttl"] = "2h",
        ["creation_statements"] = new JsonArray(
            """CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' """ + inRole),
    };

    private async Task<CutTrial> MemberAsync()
    {
        var ((policy, path), group, (entity, login)) = (await NewSecretAsync(), await NewGroupAsync(), await NewEntityAsync());
        await ReplaceAsync("group", group, "policies", policy);
        await ReplaceAsync("group", group, "member_entity_ids", entity);
        var (token, _) = await LogInAsync(login);
        return new(
            "take an entity out of a group", Link(Key(Ids.Entity(entity), LinkKind.MemberOf, Ids.Group(group))),
            () => OpensAsync(token, path), () => ReplaceAsync("group", group, "member_entity_ids"));
    }

    private async Task<CutTrial> NestedMemberAsync()
    {
        var ((policy, path), inner, outer) = (await NewSecretAsync(), await NewGroupAsync(), await NewGroupAsync());
        var (entity, login) = await NewEntityAsync();
        await ReplaceAsync("group", outer, "policies", policy);
        await ReplaceAsync("group", outer, "member_group_ids", inner);
        await ReplaceAsync("group", inner, "member_entity_ids", entity);
        var (token, _) = await LogInAsync(login);
        return new(
            "take a group out of a group", Link(Key(Ids.Group(inner), LinkKind.MemberOf, Ids.Group(outer))),
            () => OpensAsync(token, path), () => ReplaceAsync("group", outer, "member_group_ids"));
    }

    private async Task<CutTrial> EntityPolicyAsync()
    {
        var ((policy, path), (entity, login)) = (await NewSecretAsync(), await NewEntityAsync());
        await ReplaceAsync("entity", entity, "policies", policy);
        var (token, _) = await LogInAsync(login);
        return new(
            "take a policy off an entity", Link(Key(Ids.Entity(entity), LinkKind.Assumes, Ids.Policy(policy))),
            () => OpensAsync(token, path), () => ReplaceAsync("entity", entity, "policies"));
    }

    private async Task<CutTrial> GroupPolicyAsync()
    {
        var ((policy, path), group, (entity, login)) = (await NewSecretAsync(), await NewGroupAsync(), await NewEntityAsync());
        await ReplaceAsync("group", group, "policies", policy);
        await ReplaceAsync("group", group, "member_entity_ids", entity);
        var (token, _) = await LogInAsync(login);
        return new(
            "take a policy off a group", Link(Key(Ids.Group(group), LinkKind.Assumes, Ids.Policy(policy))),
            () => OpensAsync(token, path), () => ReplaceAsync("group", group, "policies"));
    }

    public async Task<bool> IsRoleAsync(string name)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Database.AdminConnection("postgres"));
        await using var command = source.CreateCommand("SELECT count(*) FROM pg_roles WHERE rolname = $1");
        command.Parameters.AddWithValue(name);
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }

    /// <summary>The rights of the connector's README, and what trials need.</summary>
    private async Task PrepareAsync()
    {
        var root = Root;
        await root.TryAsync("POST", "/v1/sys/auth/userpass", new JsonObject { ["type"] = "userpass" });
        await root.SendAsync("POST", $"/v1/sys/auth/{AppRoles}", new JsonObject { ["type"] = "approle" });
        var password = LabSecret.Generate(LabFixture.Canary);
        await Database.ExecuteAsync($"CREATE ROLE openbao_contract LOGIN SUPERUSER PASSWORD '{password.Reveal()}'", "postgres");
        foreach (var mount in new[] { "database", Hashed })
        {
            await root.SendAsync("POST", $"/v1/sys/mounts/{mount}", new JsonObject { ["type"] = "database" });
            await root.SendAsync("POST", $"/v1/{mount}/config/contract", new JsonObject
            {
                ["plugin_name"] = "postgresql-database-plugin", ["username"] = "openbao_contract", ["password"] = password.Reveal(),
                ["allowed_roles"] = "*",
                ["connection_url"] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{Database.Port}/postgres?sslmode=disable"),
            });
            await root.SendAsync("POST", $"/v1/{mount}/roles/contract", DatabaseRole());
        }

        await root.SendAsync("POST", "/v1/sys/mounts/database/tune", new JsonObject
        {
            ["audit_non_hmac_response_keys"] = new JsonArray("username"),
        });
        var reading = OpenBaoRights.Reading + OpenBaoRights.ReadingOf(Hashed) + OpenBaoRights.ReadingOf(Away);
        await PolicyAsync("contract-lockstep", reading + OpenBaoRights.Sudo + OpenBaoRights.Cutting(AppRoles));
        await PolicyAsync("contract-reader", reading);
        _own = await TokenOfAsync("contract-lockstep");
        _readOnly = await TokenOfAsync("contract-reader");
    }

    private async Task<LabSecret> TokenOfAsync(string policy) => new((string)(await Root.SendAsync(
        "POST", "/v1/auth/token/create-orphan", new JsonObject { ["policies"] = new JsonArray(policy), ["period"] = "24h" }))
        .Body!["auth"]!["client_token"]!);
}
