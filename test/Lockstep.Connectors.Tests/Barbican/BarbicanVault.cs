using System.Text.Json.Nodes;
using Lockstep.Connectors.Barbican;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.Barbican;
using Lockstep.Lab.Keystone;

namespace Lockstep.Connectors.Tests.Barbican;

/// <summary>A project of a test's own with a vault keeper (ours), Dana and a reader; its truth is set with the systems' own APIs.</summary>
internal sealed class BarbicanVault : IAsyncDisposable
{
    public const string System = "barbican";

    private readonly LabSecret _keeperPassword = LabSecret.Generate(LabFixture.Canary);

    private BarbicanVault(KeystoneCloud cloud, BarbicanServer server) => (Cloud, Server) = (cloud, server);

    public KeystoneCloud Cloud { get; }

    public BarbicanServer Server { get; }

    public string Keeper { get; private set; } = "";

    public LabHttp KeeperHttp { get; private set; } = null!;

    public string KeeperName => $"{Cloud.Name}-keeper";

    public static async Task<BarbicanVault> OpenAsync(LabFixture lab, string danaRole = "observer") =>
        await OpenAsync(await KeystoneCloud.OpenAsync(lab, await lab.KeystoneOfBarbicanAsync()), await lab.BarbicanAsync(), danaRole);

    public static async Task<BarbicanVault> OpenAsync(KeystoneCloud cloud, BarbicanServer server, string danaRole = "observer")
    {
        var vault = new BarbicanVault(cloud, server);
        vault.Keeper = await cloud.Admin.AddUserAsync(vault.KeeperName, vault._keeperPassword);
        await cloud.Admin.GrantAsync(cloud.Project, vault.Keeper, "admin");
        await cloud.Admin.GrantAsync(cloud.Project, vault.Keeper, "creator");
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, danaRole);
        vault.KeeperHttp = vault.Server.Client(
            await cloud.Server.LoginAsync(KeystoneServer.PasswordLogin(vault.KeeperName, vault._keeperPassword, cloud.ProjectName)));
        return vault;
    }

    public BarbicanSettings Settings(bool allProjects = false) => new()
    {
        Address = new Uri(Server.Url),
        KeystoneAddress = new Uri(Cloud.Server.Url),
        KeystoneSystem = KeystoneCloud.System,
        TokenCacheSeconds = Server.TokenCacheTime,
        Login = new KeystoneLogin.Password(KeeperName)
        {
            Secret = new FixedSecret(_keeperPassword.Reveal()),
            ProjectName = allProjects ? null : Cloud.ProjectName,
        },
    };

    public BarbicanConnector Connector(BarbicanSettings? settings = null, HttpMessageHandler? handler = null) =>
        BarbicanConnector.Create(System, settings ?? Settings(), handler, TimeProvider.System);

    public static NodeId Node(string secretId) => NodeId.Of(System, NodeKinds.Secret, secretId);

    /// <summary>Stores a secret as the keeper; returns its id.</summary>
    public async Task<string> AddSecretAsync(string name, LabSecret value, string? opens = null)
    {
        var made = await KeeperHttp.SendAsync("POST", "/v1/secrets", new JsonObject
        {
            ["name"] = name, ["payload"] = value.Reveal(), ["payload_content_type"] = "text/plain", ["secret_type"] = "passphrase",
        });
        var id = ((string)made.Body!["secret_ref"]!).Split('/')[^1];
        if (opens is not null)
        {
            var metadata = new JsonObject { ["metadata"] = new JsonObject { ["opens"] = opens } };
            await KeeperHttp.SendAsync("PUT", $"/v1/secrets/{id}/metadata", metadata);
        }

        return id;
    }

    public Task SetAclAsync(string id, bool projectAccess, params string[] users) =>
        KeeperHttp.SendAsync("PUT", $"/v1/secrets/{id}/acl", new JsonObject
        {
            ["read"] = new JsonObject
            {
                ["project-access"] = projectAccess, ["users"] = new JsonArray([.. users.Select(u => (JsonNode)u)]),
            },
        });

    /// <summary>Makes a container with the secret under a name; returns the container's id.</summary>
    public async Task<string> AddContainerAsync(string name, string secretId)
    {
        var made = await KeeperHttp.SendAsync("POST", "/v1/containers", new JsonObject
        {
            ["name"] = name,
            ["type"] = "generic",
            ["secret_refs"] = new JsonArray(
                new JsonObject { ["name"] = "password", ["secret_ref"] = $"{Server.Url}/v1/secrets/{secretId}" }),
        });
        return ((string)made.Body!["container_ref"]!).Split('/')[^1];
    }

    /// <summary>What a container hands out, by name.</summary>
    public async Task<string[]> ContainedAsync(string containerId)
    {
        var answer = await KeeperHttp.SendAsync("GET", $"/v1/containers/{containerId}");
        return [.. answer.Body!["secret_refs"]!.AsArray().Select(r => $"{r!["name"]}={((string)r["secret_ref"]!).Split('/')[^1]}")];
    }

    /// <summary>Reads a value with a token, as its holder would.</summary>
    public async Task<(int Status, string Text)> ReadAsync(LabSecret token, string secretId)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Server.Url}/v1/secrets/{secretId}/payload");
        request.Headers.Add("X-Auth-Token", token.Reveal());
        request.Headers.Add("Accept", "text/plain");
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public ValueTask DisposeAsync()
    {
        KeeperHttp.Dispose();
        return Cloud.DisposeAsync();
    }
}
