using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Keystone;

/// <summary>An OpenStack Keystone of its own on loopback: the domain <c>Default</c>, its administrator and the default roles.</summary>
public sealed class KeystoneServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ServerProcess _process;

    private KeystoneServer(ServerProcess process, int port, LabSecret password, string logFile) =>
        (_process, Port, AdminPassword, LogFile) = (process, port, password, logFile);

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The address of the identity API with its version, for example <c>http://127.0.0.1:15000/v3</c>.</summary>
    public string Url => UrlAt(Port);

    /// <summary>The administrator's name, in domain <c>default</c>; it is also the name of its project.</summary>
    public static string AdminUser => "admin";

    /// <summary>The administrator's password.</summary>
    public LabSecret AdminPassword { get; }

    /// <summary>Where the server writes, CADF notifications included.</summary>
    public string LogFile { get; }

    /// <summary>Process id of the server.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts Keystone in <paramref name="folder"/> on a free port.</summary>
    public static async Task<KeystoneServer> StartAsync(
        LabFolder folder, KeystoneOptions? options = null, LabServerOptions? servers = null, CancellationToken cancellation = default)
    {
        var password = LabSecret.Generate(servers?.Canary ?? "");
        await KeystoneFiles.PrepareAsync(folder, options ?? new KeystoneOptions(), cancellation);
        var (process, port) = await ServerStart.RunAsync(
            "Keystone",
            async port =>
            {
                await KeystoneFiles.PersonaliseAsync(folder, password, UrlAt(port), cancellation);
                return PythonServer.Command(folder, "keystone_lab", port, servers?.Outlive ?? false);
            },
            AnswersAsync,
            StartLimit,
            cancellation);
        return new KeystoneServer(process, port, password, folder.PathOf("keystone_lab.log"));
    }

    /// <summary>A client that carries the administrator's fresh token for its own project. Paths begin with <c>/v3</c> .</summary>
    public Task<LabHttp> AdminClientAsync(CancellationToken cancellation = default) =>
        ClientAsync(PasswordLogin(AdminUser, AdminPassword, "admin"), cancellation);

    /// <summary>A client that carries the token that <paramref name="login"/> (an <c>auth</c> document) obtains.</summary>
    public async Task<LabHttp> ClientAsync(JsonNode login, CancellationToken cancellation = default) =>
        new($"http://127.0.0.1:{Port}", new Dictionary<string, string>
        {
            ["X-Auth-Token"] = (await LoginAsync(login, cancellation)).Reveal(),
        });

    /// <summary>Logs in and returns the token.</summary>
    public async Task<LabSecret> LoginAsync(JsonNode login, CancellationToken cancellation = default)
    {
        using var http = new LabHttp($"http://127.0.0.1:{Port}");
        var answer = await http.SendAsync("POST", "/v3/auth/tokens", login, cancellation: cancellation);
        return new LabSecret(answer.Headers.GetValues("X-Subject-Token").Single());
    }

    /// <summary>
    /// The <c>auth</c> document of a user; unscoped where no project (name) is given. Both are in the domain with the id
    /// <paramref name="domain"/>.
    /// </summary>
    public static JsonNode PasswordLogin(string user, LabSecret password, string? project = null, string domain = "default")
    {
        var document = new JsonObject
        {
            ["auth"] = new JsonObject
            {
                ["identity"] = new JsonObject
                {
                    ["methods"] = new JsonArray("password"),
                    ["password"] = new JsonObject
                    {
                        ["user"] = new JsonObject
                        {
                            ["name"] = user, ["domain"] = new JsonObject { ["id"] = domain }, ["password"] = password.Reveal(),
                        },
                    },
                },
            },
        };
        document["auth"]!["scope"] = project is null
            ? "unscoped"
            : new JsonObject { ["project"] = new JsonObject { ["name"] = project, ["domain"] = new JsonObject { ["id"] = domain } } };
        return document;
    }

    /// <summary>The <c>auth</c> document of an application credential.</summary>
    public static JsonNode ApplicationCredentialLogin(string id, LabSecret secret) => new JsonObject
    {
        ["auth"] = new JsonObject
        {
            ["identity"] = new JsonObject
            {
                ["methods"] = new JsonArray("application_credential"),
                ["application_credential"] = new JsonObject { ["id"] = id, ["secret"] = secret.Reveal() },
            },
        },
    };

    /// <summary>Stops the server and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string UrlAt(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/v3");

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var http = new LabHttp(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        return (await http.TryAsync("GET", "/v3", cancellation: cancellation)).Status == 200;
    }
}
