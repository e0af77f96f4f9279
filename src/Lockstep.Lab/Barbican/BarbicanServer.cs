using System.Globalization;
using System.Security.Cryptography;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Barbican;

/// <summary>An OpenStack Barbican of its own on loopback, trusting one Keystone, with its read history in its log.</summary>
public sealed class BarbicanServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly LabFolder _folder;
    private readonly bool _outlives;
    private ServerProcess _process;

    private BarbicanServer(ServerProcess process, int port, LabFolder folder, BarbicanOptions options, bool outlives)
    {
        (_process, Port, _folder, _outlives) = (process, port, folder, outlives);
        (LogFile, TokenCacheTime) = (folder.PathOf("barbican_lab.log"), options.TokenCacheTime);
    }

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>
    /// The address without a version, for example <c>http://127.0.0.1:19311</c>; also the beginning of every secret's reference.
    /// </summary>
    public string Url => UrlAt(Port);

    /// <summary>Where the server writes, one line a request with user, project and path.</summary>
    public string LogFile { get; }

    /// <summary>Seconds for which a revoked token is still accepted.</summary>
    public int TokenCacheTime { get; private set; }

    /// <summary>Process id of the server.</summary>
    public int ProcessId => _process.Id;

    /// <summary>
    /// Makes Barbican's own account in <paramref name="keystone"/> and starts it in <paramref name="folder"/> on a free port.
    /// </summary>
    public static async Task<BarbicanServer> StartAsync(
        LabFolder folder, KeystoneServer keystone, BarbicanOptions? options = null, LabServerOptions? servers = null,
        CancellationToken cancellation = default)
    {
        if ((await PythonServer.VersionOfAsync("barbican-api", cancellation)).Length == 0)
        {
            throw new LabException("LS8001", "Barbican is not installed (package barbican-api)");
        }

        var password = LabSecret.Generate(servers?.Canary ?? "");
        await MakeAccountAsync(keystone, password, cancellation);
        await CommandRun.RunAsync("sqlite3", [folder.PathOf("barbican.db"), "PRAGMA journal_mode=WAL"], cancellation: cancellation);
        var chosen = options ?? new BarbicanOptions();
        var (process, port) = await ServerStart.RunAsync(
            "Barbican",
            port =>
            {
                Configure(folder, keystone, password, port, chosen);
                return Task.FromResult(PythonServer.Command(folder, "barbican_lab", port, servers?.Outlive ?? false));
            },
            AnswersAsync,
            StartLimit,
            cancellation);
        return new BarbicanServer(process, port, folder, chosen, servers?.Outlive ?? false);
    }

    /// <summary>A client that carries <paramref name="token"/> (scoped to a project). Paths begin with <c>/v1</c>.</summary>
    public LabHttp Client(LabSecret token) => new(Url, new Dictionary<string, string> { ["X-Auth-Token"] = token.Reveal() });

    /// <summary>Starts the server again with another <c>token_cache_time</c>, as an administrator may who tells nobody.</summary>
    public async Task SetTokenCacheTimeAsync(int seconds, CancellationToken cancellation = default)
    {
        var file = _folder.PathOf(".barbican", "barbican.conf");
        var lines = (await File.ReadAllLinesAsync(file, cancellation)).Select(l => l.StartsWith("token_cache_time", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"token_cache_time = {seconds}") : l);
        await File.WriteAllLinesAsync(file, lines.ToList(), cancellation);
        await _process.DisposeAsync();
        var command = PythonServer.Command(_folder, "barbican_lab", Port, _outlives);
        _process = await ServerStart.AgainAsync("Barbican", command, Port, AnswersAsync, StartLimit, cancellation);
        TokenCacheTime = seconds;
    }

    /// <summary>Stops the server and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string UrlAt(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static async Task MakeAccountAsync(KeystoneServer keystone, LabSecret password, CancellationToken cancellation)
    {
        using var admin = await KeystoneAdmin.OpenAsync(keystone, cancellation);
        var project = await admin.AddProjectAsync("service");
        var user = await admin.AddUserAsync("barbican", password);
        await admin.GrantAsync(project, user, "service");
    }

    private static void Configure(LabFolder folder, KeystoneServer keystone, LabSecret password, int port, BarbicanOptions options)
    {
        folder.Sub(".barbican").Write("barbican.conf", $"""
            [DEFAULT]
            host_href = {UrlAt(port)}
            sql_connection = sqlite:///{folder.PathOf("barbican.db")}
            db_auto_create = true
            use_stderr = true
            [database]
            connection = sqlite:///{folder.PathOf("barbican.db")}
            [queue]
            enable = False
            [secretstore]
            enabled_secretstore_plugins = store_crypto
            [crypto]
            enabled_crypto_plugins = simple_crypto
            [simple_crypto_plugin]
            kek = {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}
            [oslo_policy]
            enforce_scope = false
            enforce_new_defaults = false
            [audit_middleware_notifications]
            driver = log
            [keystone_authtoken]
            auth_type = password
            auth_url = {keystone.Url}
            www_authenticate_uri = {keystone.Url}
            interface = public
            service_type = key-manager
            username = barbican
            password = {password.Reveal()}
            project_name = service
            user_domain_id = default
            project_domain_id = default
            token_cache_time = {options.TokenCacheTime.ToString(CultureInfo.InvariantCulture)}

            """);
        File.Copy("/etc/barbican/barbican-api-paste.ini", folder.PathOf("paste.ini"), overwrite: true);
        folder.Write("barbican_lab.py", $"""
            from paste.deploy import loadapp
            application = loadapp('config:{folder.PathOf("paste.ini")}')

            """);
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var http = new LabHttp(UrlAt(port));
        return (await http.TryAsync("GET", "/", cancellation: cancellation)).Status is 200 or 300;
    }
}
