using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.OpenBao;

/// <summary>An OpenBao of its own on loopback, in memory, unsealed, with a KV v2 engine at <c>secret/</c> and an audit log.</summary>
public sealed class OpenBaoServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly ServerProcess _process;

    private OpenBaoServer(ServerProcess process, int port, LabSecret rootToken, string auditFile, string program) =>
        (_process, Port, RootToken, AuditFile, Program) = (process, port, rootToken, auditFile, program);

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The address, for example <c>http://127.0.0.1:18200</c>.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>The root token.</summary>
    public LabSecret RootToken { get; }

    /// <summary>The log of the audit device <c>main</c>; values in it are HMACs.</summary>
    public string AuditFile { get; }

    /// <summary>The program <c>bao</c>, server and client.</summary>
    public string Program { get; }

    /// <summary>Process id of the server.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts OpenBao in <paramref name="folder"/> on a free port.</summary>
    /// <param name="folder">The server's own folder.</param>
    /// <param name="packed">Where packed systems lie; null means the folder that <c>LOCKSTEP_LAB</c> names.</param>
    /// <exception cref="LabException">LS8001: there is no OpenBao; LS8003: it did not start.</exception>
    public static async Task<OpenBaoServer> StartAsync(
        LabFolder folder, string? packed = null, LabServerOptions? servers = null, CancellationToken cancellation = default)
    {
        var program = await PackedSystem.FindAsync("openbao", "bao", packed, cancellation);
        var audit = folder.PathOf("audit.log");
        var configuration = folder.Write("server.hcl", $$"""
            audit "file" "main" {
              options { file_path = "{{audit}}" }
            }

            """);
        var token = LabSecret.Generate(servers?.Canary ?? "");
        var (process, port) = await ServerStart.RunAsync(
            "OpenBao",
            port => Task.FromResult(Command(folder, program, configuration, token, port, servers?.Outlive ?? false)),
            AnswersAsync,
            StartLimit,
            cancellation);
        return new OpenBaoServer(process, port, token, audit, program);
    }

    /// <summary>A client that carries <paramref name="token"/>, or the root token. Paths begin with <c>/v1</c>.</summary>
    public LabHttp Client(LabSecret? token = null) =>
        new(Url, new Dictionary<string, string> { ["X-Vault-Token"] = (token ?? RootToken).Reveal() });

    /// <summary>Logs in at <paramref name="path"/> below <c>/v1/auth/</c>; returns the client token and its accessor.</summary>
    public async Task<(LabSecret Token, string Accessor)> LoginAsync(string path, JsonObject credentials,
        CancellationToken cancellation = default)
    {
        using var nobody = new LabHttp(Url);
        var auth = (await nobody.SendAsync("POST", $"/v1/auth/{path}", credentials, cancellation: cancellation)).Body!["auth"]!;
        return (new LabSecret((string)auth["client_token"]!), (string?)auth["accessor"] ?? "");
    }

    /// <summary>Stops the server and waits until it is gone; what it held is lost.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static ServerCommand Command(LabFolder folder, string program, string configuration, LabSecret token, int port, bool outlive)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"-dev-listen-address=127.0.0.1:{port}");
        return new ServerCommand(program, ["server", "-dev", "-dev-no-store-token", address, $"-config={configuration}"],
            folder.PathOf("openbao.log"))
        {
            Environment = new Dictionary<string, string>
            {
                ["BAO_DEV_ROOT_TOKEN_ID"] = token.Reveal(), ["VAULT_DEV_ROOT_TOKEN_ID"] = token.Reveal(), ["HOME"] = folder.Root,
            },
            Outlive = outlive,
        };
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var http = new LabHttp(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        return (await http.TryAsync("GET", "/v1/sys/health", cancellation: cancellation)).Status == 200;
    }
}
