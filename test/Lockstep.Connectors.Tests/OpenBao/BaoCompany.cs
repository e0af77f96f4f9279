using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Connectors.Tests.PostgreSql;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Testing.Revocation;
using Npgsql;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>A person with an entity of OpenBao who takes things there, over the real OpenBao and the real PostgreSQL.</summary>
internal sealed class BaoCompany : IAsyncDisposable
{
    private readonly IConnector _postgres;
    private readonly IConnector _openBao;

    private BaoCompany(OpenBaoSubject bao, IConnector postgres, string entity, string login, string group)
    {
        (Bao, _postgres, Entity, Login, Group) = (bao, postgres, entity, login, group);
        _openBao = bao.Connect(bao.Port);
        World = new RealWorld([_openBao, _postgres], (OpenBaoSubject.System, entity, "dana"), ("nobody", "x", "carla"));
    }

    public OpenBaoSubject Bao { get; }

    public RealWorld World { get; }

    public string Entity { get; }

    public string Login { get; }

    /// <summary>The group role that every user of the lease's role is in.</summary>
    public string Group { get; }

    public LabSecret Token { get; private set; } = new("");

    public static NodeId Dana { get; } = RealWorld.Person("dana");

    public static async Task<BaoCompany> StartAsync(LabFixture lab, string mount = "database")
    {
        var (bao, pg) = (await OpenBaoSubject.StartAsync(lab), await PostgreSqlSubject.StartAsync(lab));
        var (entity, login) = await bao.NewEntityAsync();
        var name = bao.Next("grp").Replace('-', '_');
        await bao.Database.ExecuteAsync($"CREATE ROLE {name}; CREATE TABLE {name}_t(id int); GRANT SELECT ON {name}_t TO {name}", "postgres");
        var company = new BaoCompany(bao, pg.ConnectAsOwner(), entity, login, name);
        await bao.Root.SendAsync("POST", $"/v1/{mount}/roles/{name}", OpenBaoSubject.DatabaseRole($"IN ROLE {name}"));
        await bao.PolicyAsync(name, $$"""
            path "{{mount}}/creds/{{name}}" { capabilities = ["read"] }
            path "database/static-creds/{{name}}_static" { capabilities = ["read"] }
            path "ssh/sign/ops" { capabilities = ["update"] }
            path "secret/data/{{name}}" { capabilities = ["read"] }
            path "auth/token/create" { capabilities = ["create", "update"] }
            path "auth/token/create-orphan" { capabilities = ["create", "update", "sudo"] }
            """);
        await bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{entity}", new JsonObject { ["policies"] = new JsonArray(name) });
        (company.Token, _) = await bao.LogInAsync(login);
        return company;
    }

    /// <summary>Takes a lease with the person's token.</summary>
    public async Task<BaoLoan> LeaseAsync(string mount = "database")
    {
        using var dana = Bao.Server.Client(Token);
        var lease = (await dana.SendAsync("GET", $"/v1/{mount}/creds/{Group}")).Body!;
        return new(
            (string)lease["lease_id"]!, (string)lease["data"]!["username"]!, new LabSecret((string)lease["data"]!["password"]!), Bao.Database);
    }

    public async Task<(LabSecret Token, string Accessor)> MakeTokenAsync(string how, JsonObject body, LabSecret? with = null)
    {
        using var client = Bao.Server.Client(with ?? Token);
        var made = (await client.SendAsync("POST", $"/v1/auth/token/{how}", body)).Body!["auth"]!;
        return (new LabSecret((string)made["client_token"]!), (string?)made["accessor"] ?? "");
    }

    /// <summary>Makes a database user whose password OpenBao rotates, under the group's name.</summary>
    public async Task<string> MakeStaticRoleAsync()
    {
        var user = $"{Group}_static";
        await Bao.Database.ExecuteAsync($"CREATE ROLE {user} LOGIN PASSWORD 'x' IN ROLE {Group}", "postgres");
        await Bao.Root.SendAsync("POST", $"/v1/database/static-roles/{user}", new JsonObject
        {
            ["db_name"] = "contract", ["username"] = user, ["rotation_period"] = "24h",
        });
        return user;
    }

    /// <summary>Reads that user's password with the person's token.</summary>
    public async Task<BaoLoan> StaticAsync(string user)
    {
        using var dana = Bao.Server.Client(Token);
        var given = (await dana.SendAsync("GET", $"/v1/database/static-creds/{user}")).Body!["data"]!;
        return new("", user, new LabSecret((string)given["password"]!), Bao.Database);
    }

    /// <summary>Has a certificate signed, and gives its serial in hexadecimal.</summary>
    public async Task<string> SignAsync()
    {
        if ((await Bao.Root.TryAsync("POST", "/v1/sys/mounts/ssh", new JsonObject { ["type"] = "ssh" })).Status is 200 or 204)
        {
            await Bao.Root.SendAsync("POST", "/v1/sys/mounts/ssh/tune", new JsonObject { ["audit_non_hmac_response_keys"] = new JsonArray("serial_number") });
            await Bao.Root.SendAsync("POST", "/v1/ssh/config/ca", new JsonObject { ["generate_signing_key"] = true, ["key_type"] = "ed25519" });
            await Bao.Root.SendAsync("POST", "/v1/ssh/roles/ops", new JsonObject
            {
                ["key_type"] = "ca", ["allow_user_certificates"] = true, ["allowed_users"] = "*", ["default_user"] = "deploy", ["ttl"] = "30m",
                ["max_ttl"] = "30m",
            });
        }

        byte[] blob = [0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)];
        var key = $"ssh-ed25519 {Convert.ToBase64String(blob)}";
        using var dana = Bao.Server.Client(Token);
        var signed = await dana.SendAsync("POST", "/v1/ssh/sign/ops", new JsonObject { ["public_key"] = key, ["valid_principals"] = "deploy" });
        return (string)signed.Body!["data"]!["serial_number"]!;
    }

    public bool HasSecret { get; private set; }

    /// <summary>Stores the secret that the person's policy opens.</summary>
    public async Task MakeSecretAsync()
    {
        await Bao.Root.SendAsync("POST", $"/v1/secret/data/{Group}", OpenBaoSubject.Value("v"));
        HasSecret = true;
    }

    public Task<bool> OpensAsync(LabSecret token) => Bao.OpensAsync(token, $"secret/data/{Group}");

    /// <summary>Makes a database role the owner of a table, which nothing but REASSIGN or DROP OWNED cures.</summary>
    public Task LetOwnTableAsync(string user) => Bao.Database.ExecuteAsync(
        $"CREATE TABLE {Group}_owned(id int); ALTER TABLE {Group}_owned OWNER TO \"{user}\"", "postgres");

    public async ValueTask DisposeAsync()
    {
        World.Dispose();
        await _openBao.DisposeAsync();
        await _postgres.DisposeAsync();
        await Bao.DisposeAsync();
    }
}

/// <summary>A lease as its holder has it.</summary>
internal sealed record BaoLoan(string LeaseId, string User, LabSecret Password, Lockstep.Lab.PostgreSql.PostgresServer Database)
{
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(Database.ConnectionString(User, Password) + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Says whether a new login is let in.</summary>
    public async Task<bool> LetsInAsync()
    {
        try
        {
            await using var connection = await OpenAsync();
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is "28P01" or "28000")
        {
            return false;
        }
    }

    /// <summary>Says whether a session that is open still reads.</summary>
    public static async Task<bool> ReadsAsync(NpgsqlConnection session, string table)
    {
        try
        {
            await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", session);
            await command.ExecuteScalarAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
