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

    public static async Task<KeystoneCloud> OpenAsync(LabFixture lab, KeystoneServer? own = null)
    {
        var server = own ?? await lab.KeystoneAsync();
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

    /// <summary>Makes an EC2 credential as Dana for the project.</summary>
    public async Task<Ec2Credential> AddEc2CredentialAsync()
    {
        using var http = await Server.ClientAsync(KeystoneServer.PasswordLogin(DanaName, Password, ProjectName));
        var made = (await http.SendAsync(
            "POST", $"/v3/users/{Dana}/credentials/OS-EC2", new JsonObject { ["tenant_id"] = Project })).Body!["credential"]!;
        return new((string)made["access"]!, new LabSecret((string)made["secret"]!));
    }

    /// <summary>
    /// Logs in with an EC2 credential as a service does that was sent a signed request: the administrator has the role that this takes.
    /// </summary>
    public async Task<(int Status, LabSecret? Token)> LogInAsync(Ec2Credential credential)
    {
        var admin = (string)(await Admin.Http.SendAsync("GET", "/v3/users?name=admin&domain_id=default")).Body!["users"]![0]!["id"]!;
        var project = (string)(await Admin.Http.SendAsync("GET", "/v3/projects?name=admin")).Body!["projects"]![0]!["id"]!;
        await Admin.GrantAsync(project, admin, "service");
        using var service = await Server.AdminClientAsync();
        var answer = await service.TryAsync("POST", "/v3/ec2tokens", credential.SignedRequest());
        return (answer.Status, answer.Status == 200 ? new LabSecret(answer.Headers.GetValues("X-Subject-Token").Single()) : null);
    }

    /// <summary>Dana lets another user act in her name in the project; returns the trust's id.</summary>
    public async Task<string> AddTrustAsync(string trustee)
    {
        using var http = await Server.ClientAsync(KeystoneServer.PasswordLogin(DanaName, Password, ProjectName));
        return (string)(await http.SendAsync("POST", "/v3/OS-TRUST/trusts", new JsonObject
        {
            ["trust"] = new JsonObject
            {
                ["trustor_user_id"] = Dana, ["trustee_user_id"] = trustee, ["project_id"] = Project, ["impersonation"] = true,
                ["roles"] = new JsonArray(new JsonObject { ["name"] = "member" }),
            },
        })).Body!["trust"]!["id"]!;
    }

    /// <summary>The login of a trust's trustee.</summary>
    public static JsonNode TrustLogin(string trusteeName, LabSecret password, string trust)
    {
        var login = KeystoneServer.PasswordLogin(trusteeName, password);
        login["auth"]!["scope"] = new JsonObject { ["OS-TRUST:trust"] = new JsonObject { ["id"] = trust } };
        return login;
    }

    /// <summary>Enables or disables Dana, as an administrator does.</summary>
    public Task EnableAsync(bool isEnabled) => Admin.Http.SendAsync(
        "PATCH", $"/v3/users/{Dana}", new JsonObject { ["user"] = new JsonObject { ["enabled"] = isEnabled } });

    /// <summary>What Keystone answers to a login: 201 if it works.</summary>
    public async Task<int> TryAsync(JsonNode login)
    {
        using var http = new LabHttp($"http://127.0.0.1:{Server.Port}");
        return (await http.TryAsync("POST", "/v3/auth/tokens", login)).Status;
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.RemoveAddedAsync();
        Admin.Dispose();
    }

    private async Task<string> AdminTokenAsync() =>
        (await Server.LoginAsync(KeystoneServer.PasswordLogin(KeystoneServer.AdminUser, Server.AdminPassword, "admin"))).Reveal();
}
