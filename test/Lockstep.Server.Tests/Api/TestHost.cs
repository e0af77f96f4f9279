using System.Net;
using System.Net.Http.Headers;
using Lockstep.Client;
using Lockstep.Connectors.FactFiles;
using Lockstep.Reconciliation;
using Lockstep.Server.Config;

namespace Lockstep.Server.Tests.Api;

/// <summary>
/// A real host on a free port, with a small company in two folders of facts: a directory that is the authority, and an app.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    private static readonly string[] DirectoryFacts =
    [
        """{"node":{"id":"dir/account/1","name":"dana","attributes":{"mail":"dana@acme.example"}}}""",
        """{"node":{"id":"dir/account/2","name":"kim","attributes":{"mail":"kim@acme.example"}}}""",
        """{"node":{"id":"dir/account/3","name":"kim","attributes":{"mail":"kim.two@acme.example"}}}""",
        """{"node":{"id":"dir/account/4","name":"lee","state":"disabled","attributes":{"mail":"lee@acme.example"}}}""",
        """{"node":{"id":"dir/group/pay","name":"payments team"}}""",
        """{"link":{"from":"dir/account/1","kind":"memberOf","to":"dir/group/pay","evidence":"member list"}}""",
        """{"link":{"from":"dir/group/pay","kind":"permits","to":"app/resource/ledger","action":"READ","evidence":"role sheet"}}""",
    ];

    private static readonly string[] AppFacts =
    [
        """{"node":{"id":"app/resource/ledger","name":"ledger"}}""",
        """{"node":{"id":"app/account/lee","name":"lee","attributes":{"mail":"lee@acme.example"}}}""",
        """{"node":{"id":"app/session/9","name":"session 9 of lee"}}""",
        """{"link":{"from":"app/account/lee","kind":"holds","to":"app/session/9","evidence":"session list"}}""",
        """{"link":{"from":"app/session/9","kind":"permits","to":"app/resource/ledger","action":"WRITE","enforcement":"connection","evidence":"open"}}""",
    ];

    private TestHost(string folder) => Folder = folder;

    public string Folder { get; }

    public LockstepHost Host { get; private set; } = null!;

    public LockstepClient Admin { get; private set; } = null!;

    public string AdminToken => File.ReadAllText(Host.AdminTokenFile).Trim();

    /// <summary>Gets or sets by which policies it decides from its next start on.</summary>
    public PolicyConfig Policy { get; set; } = new();

    /// <summary>Gets or sets who cosigns its ledger from its next start on.</summary>
    public IReadOnlyList<WitnessConfig> Witnesses { get; set; } = [];

    /// <summary>Starts a host.</summary>
    /// <param name="policy">Writes policy files into the host's folder and says which they are; the shipped policy unless given.</param>
    public static async Task<TestHost> StartAsync(Func<TestHost, PolicyConfig>? policy = null)
    {
        var host = new TestHost(Directory.CreateTempSubdirectory("ls-api-").FullName);
        host.Policy = policy?.Invoke(host) ?? host.Policy;
        host.WriteFacts("dir", DirectoryFacts);
        host.WriteFacts("app", AppFacts);
        await host.BeginAsync();
        await host.Admin.ObserveAsync(new ObserveRequest(), CancellationToken.None);
        return host;
    }

    public async Task BeginAsync()
    {
        var config = new LockstepConfig
        {
            DataFolder = Path.Combine(Folder, "data"),
            Listen = new(IPAddress.Loopback, 0),
            Policy = Policy,
            Witnesses = Witnesses,
            PublicAddress = new Uri("https://pdp.acme.example"),
            Systems = [FactsSystem("dir"), FactsSystem("app")],
            Rules = new CorrelationRules
            {
                AuthoritySystem = "dir", Rules = [new CorrelationRule.ByAttribute("app", "mail", "mail")],
            },
        };
        var options = new HostOptions { Sweeps = false, LogFile = Path.Combine(Folder, "log") };
        var start = await LockstepHost.StartAsync(config, options, CancellationToken.None);
        Host = start is HostStart.Started started ? started.Host : throw new InvalidOperationException(start.ToString());
        Admin = new LockstepClient(Host.Address, AdminToken);
    }

    public async Task EndAsync()
    {
        Admin.Dispose();
        await Host.DisposeAsync();
    }

    public void WriteFacts(string system, params string[] lines)
    {
        Directory.CreateDirectory(Path.Combine(Folder, system));
        File.WriteAllLines(Path.Combine(Folder, system, "facts.jsonl"), lines);
    }

    /// <summary>Writes a file into the host's folder and gives its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(Folder, name), text);
        return Path.Combine(Folder, name);
    }

    public void RemoveFact(string system, string part)
    {
        var file = Path.Combine(Folder, system, "facts.jsonl");
        File.WriteAllLines(file, [.. File.ReadAllLines(file).Where(l => !l.Contains(part, StringComparison.Ordinal))]);
    }

    /// <summary>Makes a plain HTTP client, with a token of a role or with none.</summary>
    public async Task<HttpClient> HttpAsync(string? role)
    {
        var http = new HttpClient { BaseAddress = Host.Address };
        if (role is not null)
        {
            var created = await Admin.CreateTokenAsync(new CreateToken($"{role}-{Guid.NewGuid():N}", role), CancellationToken.None);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", created.Secret);
        }

        return http;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private SystemConfig FactsSystem(string name) =>
        new(name, "facts", Fingerprint: false, _ => new FactsConnector(new FactsSettings(name, Path.Combine(Folder, name))));
}
