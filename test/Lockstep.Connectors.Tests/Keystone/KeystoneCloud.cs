using System.Text.Json.Nodes;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.Keystone;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>
/// A small cloud of a test's own in the lab's Keystone. Its truth is set with Keystone's own API, never with our connector.
/// </summary>
internal sealed class KeystoneCloud : IAsyncDisposable
{
    public const string System = "keystone";

    private KeystoneCloud(KeystoneServer server, KeystoneAdmin admin, string name) => (Server, Admin, Name) = (server, admin, name);

    public KeystoneServer Server { get; }

    public KeystoneAdmin Admin { get; }

    public string Name { get; }

    public string Project { get; private set; } = "";

    public string Dana { get; private set; } = "";

    public string Group { get; private set; } = "";

    public LabSecret Password { get; } = LabSecret.Generate(LabFixture.Canary);

    public string ProjectName => $"{Name}-payments";

    public string DanaName => $"{Name}-dana";

    public KeystoneNodes Nodes => new(System);

    public static async Task<KeystoneCloud> OpenAsync(LabFixture lab)
    {
        var server = await lab.KeystoneAsync();
        var cloud = new KeystoneCloud(server, await KeystoneAdmin.OpenAsync(server), $"c{Guid.NewGuid():N}"[..9]);
        cloud.Project = await cloud.Admin.AddProjectAsync(cloud.ProjectName);
        cloud.Dana = await cloud.Admin.AddUserAsync(cloud.DanaName, cloud.Password, $"{cloud.Name}@acme.test", "leaver");
        cloud.Group = await cloud.Admin.AddGroupAsync($"{cloud.Name}-ops");
        return cloud;
    }

    public KeystoneConnector Connector(HttpMessageHandler? handler = null, KeystoneSettings? settings = null) =>
        KeystoneConnector.Create(System, settings ?? Settings(), handler, TimeProvider.System);

    public KeystoneSettings Settings() => new()
    {
        Address = new Uri(Server.Url),
        Login = new KeystoneLogin.Password(KeystoneServer.AdminUser)
        {
            Secret = new FixedSecret(Server.AdminPassword.Reveal()),
            ProjectName = "admin",
        },
    };

    /// <summary>Logs in as Dana; unscoped, or on the project.</summary>
    public Task<LabSecret> LogInAsync(bool scoped = true) =>
        Server.LoginAsync(KeystoneServer.PasswordLogin(DanaName, Password, scoped ? ProjectName : null));

    /// <summary>What Keystone answers about a token: 200 if it lives.</summary>
    public async Task<int> StatusOfAsync(LabSecret token)
    {
        using var http = new LabHttp(
            $"http://127.0.0.1:{Server.Port}",
            new Dictionary<string, string> { ["X-Auth-Token"] = await AdminTokenAsync(), ["X-Subject-Token"] = token.Reveal() });
        return (await http.TryAsync("GET", "/v3/auth/tokens")).Status;
    }

    /// <summary>Makes an application credential as Dana, with all her roles on the project.</summary>
    public async Task<(string Id, LabSecret Secret)> AddApplicationCredentialAsync(string name, bool unrestricted = false)
    {
        using var http = await Server.ClientAsync(KeystoneServer.PasswordLogin(DanaName, Password, ProjectName));
        var answer = await http.SendAsync(
            "POST",
            $"/v3/users/{Dana}/application_credentials",
            new JsonObject { ["application_credential"] = new JsonObject { ["name"] = name, ["unrestricted"] = unrestricted } });
        var made = answer.Body!["application_credential"]!;
        return ((string)made["id"]!, new LabSecret((string)made["secret"]!));
    }

    /// <summary>What Keystone answers to a login: 201 if it works.</summary>
    public async Task<int> TryAsync(JsonNode login)
    {
        using var http = new LabHttp($"http://127.0.0.1:{Server.Port}");
        return (await http.TryAsync("POST", "/v3/auth/tokens", login)).Status;
    }

    /// <remarks>
    /// Users and projects stay: on SQLite, Keystone leaves the roles of their application credentials behind, and the next to be made
    /// stumbles over them. The server is thrown away at the end.
    /// </remarks>
    public async ValueTask DisposeAsync()
    {
        await Admin.Http.TryAsync("DELETE", $"/v3/groups/{Group}");
        Admin.Dispose();
    }

    private async Task<string> AdminTokenAsync() =>
        (await Server.LoginAsync(KeystoneServer.PasswordLogin(KeystoneServer.AdminUser, Server.AdminPassword, "admin"))).Reveal();
}
