using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.OpenBao;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>A signer of the lab's OpenBao, with one person who may have keys signed; all by OpenBao's own API.</summary>
internal sealed class SshVault
{
    public const string System = "ssh-bao";
    private readonly OpenBaoServer _server;
    private readonly string _mount = $"ssh{Guid.NewGuid():N}"[..12];
    private readonly string _password = LabSecret.Generate().Reveal();
    private LabSecret _token = new("");

    private SshVault(OpenBaoServer server) => _server = server;

    public string PublicKey { get; private set; } = "";

    public string Fingerprint => BaoSigners.FingerprintOf(PublicKey)!;

    public string EmployeeNumber => $"E-{_mount}";

    public string DisplayName => $"{_mount}-pw-somebody";

    public NodeId Entity { get; private set; } = NodeId.Of(System, NodeKinds.Account, "none");

    public static async Task<SshVault> StartAsync(OpenBaoServer server, string allowedUsers)
    {
        var vault = new SshVault(server);
        using var root = server.Client();
        var mount = vault._mount;
        await root.SendAsync("POST", $"/v1/sys/mounts/{mount}", new JsonObject { ["type"] = "ssh" });
        await root.SendAsync(
            "POST", $"/v1/sys/mounts/{mount}/tune", new JsonObject { ["audit_non_hmac_response_keys"] = new JsonArray("serial_number") });
        await root.SendAsync("POST", $"/v1/{mount}/config/ca", new JsonObject { ["generate_signing_key"] = true, ["key_type"] = "ed25519" });
        await root.SendAsync("POST", $"/v1/{mount}/roles/ops", new JsonObject
        {
            ["key_type"] = "ca", ["allow_user_certificates"] = true, ["allowed_users"] = allowedUsers, ["ttl"] = "10m", ["max_ttl"] = "10m",
        });
        await root.SendAsync("PUT", $"/v1/sys/policies/acl/{mount}", new JsonObject
        {
            ["policy"] = $$"""path "{{mount}}/sign/ops" { capabilities = ["create", "update"] }""",
        });
        vault.PublicKey = (await root.SendAsync("GET", $"/v1/{mount}/public_key")).Text.Trim();
        await vault.AddPersonAsync(root);
        return vault;
    }

    public OpenBaoConnector Connect() => OpenBaoConnector.Create(
        System,
        new()
        {
            Address = new Uri(_server.Url), Token = new FixedSecret(_server.RootToken.Reveal()), AuditFile = _server.AuditFile, AuditDevice = "main",
        },
        handler: null, TimeProvider.System);

    public async Task LogInAndSignAsync(string key, string principal)
    {
        (_token, _) = await _server.LoginAsync($"{_mount}-pw/login/somebody", new JsonObject { ["password"] = _password });
        using var own = _server.Client(_token);
        var signed = await own.SendAsync("POST", $"/v1/{_mount}/sign/ops", new JsonObject
        {
            ["public_key"] = await File.ReadAllTextAsync(key + ".pub"), ["valid_principals"] = principal,
        });
        await File.WriteAllTextAsync(key + "-cert.pub", (string)signed.Body!["data"]!["signed_key"]!);
    }

    public async Task RevokeTokenAsync()
    {
        using var root = _server.Client();
        await root.SendAsync("POST", "/v1/auth/token/revoke", new JsonObject { ["token"] = _token.Reveal() });
    }

    private async Task AddPersonAsync(LabHttp root)
    {
        await root.SendAsync("POST", $"/v1/sys/auth/{_mount}-pw", new JsonObject { ["type"] = "userpass" });
        await root.SendAsync("POST", $"/v1/auth/{_mount}-pw/users/somebody", new JsonObject
        {
            ["password"] = _password, ["token_policies"] = new JsonArray(_mount), ["token_ttl"] = "10m",
        });
        var accessor = (string)(await root.SendAsync("GET", "/v1/sys/auth")).Body!["data"]![$"{_mount}-pw/"]!["accessor"]!;
        var entity = await root.SendAsync("POST", "/v1/identity/entity", new JsonObject
        {
            ["name"] = $"somebody-{_mount}", ["metadata"] = new JsonObject { ["employeeNumber"] = EmployeeNumber },
        });
        var id = (string)entity.Body!["data"]!["id"]!;
        Entity = NodeId.Of(System, NodeKinds.Account, id);
        await root.SendAsync(
            "POST", "/v1/identity/entity-alias", new JsonObject { ["name"] = "somebody", ["canonical_id"] = id, ["mount_accessor"] = accessor });
    }
}
