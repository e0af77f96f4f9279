using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Lab.OpenBao;
using Lockstep.Lab.PostgreSql;

namespace Lockstep.Lab.Seed;

/// <summary>
/// Puts the company into OpenBao: a KV secret that five people read, people with entities and a group, a CI workload and a shared
/// service account with AppRole secret-ids, dynamic roles of the lab's PostgreSQL, an SSH signer, and Lockstep's own token.
/// </summary>
internal sealed class BaoSeed(OpenBaoServer bao, PostgresServer database, string canary)
{
    public static IReadOnlyList<string> Readers { get; } = ["dana", "carla", "emil", "farah", "kofi"];

    public Dictionary<string, LabSecret> Passwords { get; } = [];

    public Dictionary<string, string> Entities { get; } = [];

    public Dictionary<string, string> RoleIds { get; } = [];

    public Dictionary<string, LabSecret> SecretIds { get; } = [];

    public LabSecret ConnectorToken { get; private set; } = new("");

    public string SshPublicKey { get; private set; } = "";

    public async Task RunAsync()
    {
        using var root = bao.Client();
        foreach (var (name, rules) in BaoPolicies.All)
        {
            await root.SendAsync("PUT", $"/v1/sys/policies/acl/{name}", new JsonObject { ["policy"] = rules });
        }

        await root.SendAsync("POST", "/v1/secret/data/payments/api-key", Value(("key", LabSecret.Generate(canary))));
        await root.SendAsync("POST", "/v1/secret/data/ci/registry", Value(("password", LabSecret.Generate(canary))));
        await AddPeopleAsync(root);
        await AddWorkloadsAsync(root);
        await AddDatabaseAsync(root);
        await AddSignerAsync(root);
        var own = await root.SendAsync("POST", "/v1/auth/token/create-orphan", new JsonObject
        {
            ["policies"] = new JsonArray("lockstep"), ["display_name"] = "lockstep", ["period"] = "24h", ["no_default_policy"] = false,
        });
        ConnectorToken = new LabSecret((string)own.Body!["auth"]!["client_token"]!);
    }

    /// <summary>What the audit log may say in clear, since it is no secret and joins what was given to where it opens.</summary>
    private static JsonObject InClear(string key) => new() { ["audit_non_hmac_response_keys"] = new JsonArray(key) };

    private static JsonObject Value(params (string Name, LabSecret Secret)[] fields)
    {
        var data = new JsonObject();
        foreach (var (name, secret) in fields)
        {
            data[name] = secret.Reveal();
        }

        return new JsonObject { ["data"] = data };
    }

    private async Task AddPeopleAsync(LabHttp root)
    {
        await root.SendAsync("POST", "/v1/sys/auth/userpass", new JsonObject { ["type"] = "userpass" });
        var mounts = await root.SendAsync("GET", "/v1/sys/auth");
        var accessor = (string)mounts.Body!["data"]!["userpass/"]!["accessor"]!;
        foreach (var uid in Readers)
        {
            var person = AcmeCompany.Person(uid);
            Passwords[uid] = LabSecret.Generate(canary);
            await root.SendAsync("POST", $"/v1/auth/userpass/users/{uid}", new JsonObject
            {
                ["password"] = Passwords[uid].Reveal(), ["token_policies"] = new JsonArray(uid == "dana" ? "engineer" : "default"),
                    ["token_ttl"] = "8h",
            });
            var entity = await root.SendAsync("POST", "/v1/identity/entity", new JsonObject
            {
                ["name"] = uid, ["metadata"] = new JsonObject { ["employeeNumber"] = person.EmployeeNumber, ["email"] = person.Mail },
            });
            Entities[uid] = (string)entity.Body!["data"]!["id"]!;
            await root.SendAsync("POST", "/v1/identity/entity-alias", new JsonObject
            {
                ["name"] = uid, ["canonical_id"] = Entities[uid], ["mount_accessor"] = accessor,
            });
        }

        await root.SendAsync("POST", $"/v1/auth/userpass/users/{LabSeed.Canary}", new JsonObject
        {
            ["password"] = LabSecret.Generate(canary).Reveal(), ["token_policies"] = new JsonArray("default"), ["token_ttl"] = "1h",
        });
        var own = await root.SendAsync("POST", "/v1/identity/entity", new JsonObject { ["name"] = LabSeed.Canary });
        await root.SendAsync("POST", "/v1/identity/entity-alias", new JsonObject
        {
            ["name"] = LabSeed.Canary, ["canonical_id"] = (string)own.Body!["data"]!["id"]!, ["mount_accessor"] = accessor,
        });
        var members = new JsonArray([.. Entities.Values.Select(id => (JsonNode)id)]);
        await root.SendAsync("POST", "/v1/identity/group", new JsonObject
        {
            ["name"] = "payments-team", ["policies"] = new JsonArray("payments-read"), ["member_entity_ids"] = members,
        });
    }

    private async Task AddWorkloadsAsync(LabHttp root)
    {
        await root.SendAsync("POST", "/v1/sys/auth/approle", new JsonObject { ["type"] = "approle" });
        foreach (var (role, workloads) in new[] { ("ci-deploy", new[] { "build-server" }), ("nightly-jobs", ["reports", "cleanup"]) })
        {
            var path = $"/v1/auth/approle/role/{role}";
            await root.SendAsync("POST", path, new JsonObject { ["token_policies"] = new JsonArray("ci"), ["token_ttl"] = "1h",
                ["token_max_ttl"] = "4h" });
            RoleIds[role] = (string)(await root.SendAsync("GET", $"{path}/role-id")).Body!["data"]!["role_id"]!;
            foreach (var workload in workloads)
            {
                var metadata = string.Create(CultureInfo.InvariantCulture, $$"""{"workload":"{{workload}}"}""");

                // An engineer set the CI up: she was given its secret-id.
                using var maker = workload == "build-server" ? bao.Client((await bao.LoginAsync(
                    "userpass/login/dana", new JsonObject { ["password"] = Passwords["dana"].Reveal() })).Token) : bao.Client();
                var made = await maker.SendAsync("POST", $"{path}/secret-id", new JsonObject { ["metadata"] = metadata });
                SecretIds[$"{role}/{workload}"] = new LabSecret((string)made.Body!["data"]!["secret_id"]!);
            }
        }
    }

    private async Task AddDatabaseAsync(LabHttp root)
    {
        var password = LabSecret.Generate(canary);
        await database.ExecuteAsync($"CREATE ROLE openbao LOGIN SUPERUSER PASSWORD '{password.Reveal()}'", DatabaseSeed.Database);
        await root.SendAsync("POST", "/v1/sys/mounts/database", new JsonObject { ["type"] = "database" });
        await root.SendAsync("POST", "/v1/sys/mounts/database/tune", InClear("username"));
        var address = string.Create(
            CultureInfo.InvariantCulture,
            $"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{database.Port}/{DatabaseSeed.Database}?sslmode=disable");
        await root.SendAsync("POST", "/v1/database/config/payments", new JsonObject
        {
            ["plugin_name"] = "postgresql-database-plugin", ["connection_url"] = address, ["username"] = "openbao",
            ["password"] = password.Reveal(), ["allowed_roles"] = "*",
        });
        const string Create = """CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE payments_read""";
        await root.SendAsync("POST", "/v1/database/roles/payments-reader", new JsonObject
        {
            ["db_name"] = "payments", ["creation_statements"] = new JsonArray(Create), ["default_ttl"] = "1h", ["max_ttl"] = "8h",
        });
    }

    private async Task AddSignerAsync(LabHttp root)
    {
        await root.SendAsync("POST", "/v1/sys/mounts/ssh", new JsonObject { ["type"] = "ssh" });
        await root.SendAsync("POST", "/v1/sys/mounts/ssh/tune", InClear("serial_number"));
        await root.SendAsync("POST", "/v1/ssh/config/ca", new JsonObject { ["generate_signing_key"] = true, ["key_type"] = "ed25519" });
        SshPublicKey = (await root.SendAsync("GET", "/v1/ssh/public_key")).Text.Trim();
        await root.SendAsync("POST", "/v1/ssh/roles/ops", new JsonObject
        {
            ["key_type"] = "ca", ["allow_user_certificates"] = true, ["allowed_users"] = "*", ["default_user"] = "deploy", ["ttl"] = "30m", ["max_ttl"] = "30m",
            ["default_extensions"] = new JsonObject { ["permit-pty"] = "" },
        });
    }
}
