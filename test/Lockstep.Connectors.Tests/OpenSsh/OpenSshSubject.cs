using System.Collections.Concurrent;
using System.Globalization;
using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab.OpenSsh;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>
/// The lab's sshd; its truth is set with <c>ssh-keygen</c>, <c>useradd</c> and files, and asked with <c>ssh</c> and <c>sudo</c> themselves.
/// Lockstep logs in as root with a key of its own, or as an account without rights.
/// </summary>
internal sealed class OpenSshSubject : IConnectorSubject
{
    public const string System = "lab-host";
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static readonly ConcurrentDictionary<SshHostServer, string> Readers = new();
    private readonly string _name = $"lt{Guid.NewGuid():N}"[..10];
    private readonly List<string> _users = [];
    private readonly List<SshClient> _clients = [];
    private int _count;
    private int? _beforeTrials;

    private OpenSshSubject(SshHostServer host, string folder) => (Server, Folder) = (host, folder);

    public SshHostServer Server { get; }

    /// <summary>Keys and other files of this subject.</summary>
    public string Folder { get; }

    public int Port => Server.Port;

    public string? HiddenFromReadOnly => "keys";

    /// <summary>The rules of this subject.</summary>
    public string SudoFile => Server.Folder.PathOf("sudoers.d", _name);

    public HostIds Ids { get; } = new(System);

    public static async Task<OpenSshSubject> StartAsync(LabFixture lab, SshHostServer? own = null)
    {
        var host = own ?? await lab.SshHostAsync();
        await Once.WaitAsync();
        try
        {
            var subject = new OpenSshSubject(host, lab.Folder.Sub(string.Create(CultureInfo.InvariantCulture, $"openssh-subject-{host.Port}")).Root);
            if (!Readers.ContainsKey(host))
            {
                Readers[host] = await subject.PrepareAsync();
            }

            return subject;
        }
        finally
        {
            Once.Release();
        }
    }

    public IConnector Connect(int port) => OpenSshConnector.Create(System, Settings(port), TimeProvider.System);

    public IConnector? ConnectReadOnly() =>
        OpenSshConnector.Create(System, Settings(Port) with { User = Readers[Server] }, TimeProvider.System);

    public IConnector ConnectWithWrongCredential() =>
        OpenSshConnector.Create(System, Settings(Port) with { IdentityFile = $"{Folder}/stranger" }, TimeProvider.System);

    public OpenSshSettings Settings(int port) => new()
    {
        Host = "127.0.0.1", Port = port, User = "root", IdentityFile = $"{Folder}/own", KnownHosts = $"{Folder}/known_hosts",
        HostKeyAlias = "lab-host", ConfigFile = Server.Folder.PathOf("sshd_config"), LogFile = Server.LogFile,
        SudoersFile = Server.Folder.PathOf("sudoers"), Timeout = TimeSpan.FromSeconds(15), CertificateLifetime = TimeSpan.FromMinutes(10),
    };

    public async Task<IReadOnlyList<LinkKey>> SeedAsync()
    {
        var (user, account) = await NewUserAsync();
        var lines = new List<string> { "# a comment, and an empty line follow", "" };
        var links = new List<LinkKey>();
        for (var i = 0; i < 40; i++)
        {
            var (key, print) = await NewKeyAsync();
            var options = (i % 4) switch { 0 => "", 1 => "from=\"10.0.0.0/8,!10.1.2.3\",no-pty ", 2 => "command=\"echo \\\"a b\\\"\" ", _ => "restrict " };
            lines.Add(options + (await File.ReadAllTextAsync($"{key}.pub")).TrimEnd());
            links.Add(Link(Ids.Key(print), LinkKind.AuthenticatesAs, account));
        }

        await SetKeysAsync(user, string.Join('\n', lines) + "\n");
        await SetPrincipalsAsync(user, $"# who comes in\n{_name}-one\nfrom=\"10.0.0.0/8\" {_name}-zwei@é\n");
        links.Add(Link(Ids.Principal($"{_name}-one"), LinkKind.Trusts, account));
        links.Add(Link(Ids.Principal($"{_name}-zwei@é"), LinkKind.Trusts, account));
        await AddSudoAsync($"{user} ALL=(root) NOPASSWD: /usr/bin/true, /usr/bin/id -u\n");
        links.Add(Link(account, LinkKind.Permits, Ids.Host, "sudo (root) NOPASSWD: /usr/bin/true"));
        links.Add(Link(account, LinkKind.Permits, Ids.Host, "sudo (root) NOPASSWD: /usr/bin/id -u"));
        return links;
    }

    /// <summary>Takes a key's line out of the file, with <c>ssh-keygen</c> as the judge of which line it is.</summary>
    public async Task RemoveAsync(LinkKey link)
    {
        var file = KeysFile(link.To.RawKey.Split('.')[0]);
        var kept = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(file))
        {
            var (_, output) = await OwnClient.RunAsync("ssh-keygen", ["-lf", "/dev/stdin"], line + "\n");
            if (!output.Contains(HostIds.KeyOf(link.From)!, StringComparison.Ordinal))
            {
                kept.Add(line);
            }
        }

        await File.WriteAllLinesAsync(file, kept);
    }

    public async Task<IReadOnlyList<CutTrial>> TrialsAsync()
    {
        _beforeTrials ??= _users.Count;
        var trials = new OpenSshTrials(this);
        return
        [
            await trials.ExpireAsync(), await trials.KeyAsync(), await trials.CertificateAsync(), await trials.SessionAsync(),
            await trials.SessionsOfAccountAsync(), await trials.PrincipalAsync(), await trials.SudoAsync(), await trials.SudoOfGroupAsync(),
        ];
    }

    /// <remarks>Every listing reads the files of every account.</remarks>
    public async Task ForgetTrialsAsync()
    {
        _clients.ForEach(c => c.Dispose());
        _clients.Clear();
        await RemoveUsersAsync(_beforeTrials ?? _users.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await RemoveUsersAsync(0);
        File.Delete(SudoFile);
    }

    private async Task RemoveUsersAsync(int from)
    {
        foreach (var user in _users[from..])
        {
            await RunAsync("/bin/sh", "-c", "for p in $(ps -o pid= -u \"$0\"); do kill -9 \"$p\"; done; userdel --force \"$0\"", user);
            File.Delete(KeysFile(user));
            File.Delete(PrincipalsFile(user));
        }

        _users.RemoveRange(from, _users.Count - from);
    }

    /// <summary>Makes an account that nothing opens yet.</summary>
    public async Task<(string Name, NodeId Id)> NewUserAsync(string shell = "/bin/sh")
    {
        var user = _name + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        await MustAsync("useradd", "--no-create-home", "--home-dir", "/", "--shell", shell, "--password", "*", user);
        _users.Add(user);
        var uid = (await OwnClient.RunAsync("id", ["-u", user])).Output.Trim();
        await SetKeysAsync(user, "");
        await SetPrincipalsAsync(user, "");
        return (user, NodeId.Of(System, NodeKinds.Account, $"{user}.{uid}"));
    }

    /// <summary>Makes a key pair: its file, and its fingerprint as <c>ssh-keygen</c> says it.</summary>
    public async Task<(string File, string Fingerprint)> NewKeyAsync(string comment = "a comment with blanks")
    {
        var file = $"{Folder}/{_name}-k{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        await MustAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file);
        return (file, await PrintAsync(file + ".pub"));
    }

    /// <summary>Signs a key with the host's own authority: the certificate's name in the graph.</summary>
    public async Task<NodeId> SignAsync(string key, string principal, string keyId, ulong serial)
    {
        await MustAsync(
            "ssh-keygen", "-q", "-s", Server.UserCaKey, "-I", keyId, "-n", principal, "-z", serial.ToString(CultureInfo.InvariantCulture),
            "-V", "+10m", key + ".pub");
        return Ids.Certificate(new(await PrintAsync(Server.UserCaKey + ".pub"), serial, keyId, ""));
    }

    public static async Task<string> PrintAsync(string publicKey) =>
        (await OwnClient.RunAsync("ssh-keygen", ["-lf", publicKey])).Output.Split(' ')[1];

    public Task SetKeysAsync(string user, string text) => WriteAsync(KeysFile(user), text);

    public Task SetPrincipalsAsync(string user, string text) => WriteAsync(PrincipalsFile(user), text);

    public Task AddSudoAsync(string rules) => File.AppendAllTextAsync(SudoFile, rules);

    public string KeysFile(string user) => Server.Folder.PathOf("authorized_keys", user);

    public string PrincipalsFile(string user) => Server.Folder.PathOf("principals", user);

    /// <summary>Says whether a log-in works: 255 with the host's refusal is no, anything else fails the test.</summary>
    public async Task<bool> LetsInAsync(string user, string key, bool withCertificate = false, string command = "true")
    {
        var (code, output) = await OwnClient.RunAsync("ssh", [.. ClientArguments(user, key, withCertificate), command]);
        Assert.True(code == 0 || (code == 255 && output.Contains("Permission denied", StringComparison.Ordinal)), $"ssh: {code} {output}");
        return code == 0;
    }

    /// <summary>Opens a session and waits until it answers.</summary>
    public async Task<SshClient> OpenAsync(
        string user, string key, bool withCertificate = false, string command = "exec cat", string answers = "", string? agent = null,
        params string[] more)
    {
        var client = new SshClient([.. more, .. ClientArguments(user, key, withCertificate), command], agent);
        _clients.Add(client);
        Assert.True(await client.AnswersAsync(answers), "the session does not open");
        return client;
    }

    /// <summary>Says whether sudo itself, with the lab's rules in the place of the host's, lets the account run a command.</summary>
    public async Task<bool> SudoRunsAsync(string user, params string[] command)
    {
        var sudoers = Server.Folder.PathOf("sudoers");
        var (code, _) = await OwnClient.RunAsync("unshare",
        [
            "-m", "sh", "-c", "mount --bind \"$0\" /etc/sudoers && exec setpriv --reuid \"$1\" --regid \"$(id -g \"$1\")\" --init-groups -- sudo -n -k -- \"$2\" $3",
            sudoers, user, .. command, .. command.Length < 2 ? [""] : Array.Empty<string>(),
        ]);
        return code == 0;
    }

    public List<string> ClientArguments(string user, string key, bool withCertificate)
    {
        var arguments = Server.ClientArguments(key, withCertificate ? key + "-cert.pub" : null).ToList();
        arguments[^1] = $"{user}@127.0.0.1";
        return arguments;
    }

    public static LinkKey Link(NodeId from, LinkKind kind, NodeId to, string? action = null) => new(System, from, kind, to, action);

    public static async Task MustAsync(string program, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (code, output) = await OwnClient.RunAsync(program, arguments);
            if (code == 0)
            {
                return;
            }

            // Other runs on this machine make accounts as well, and the list of accounts has one lock.
            Assert.True(attempt < 20 && output.Contains("cannot lock", StringComparison.Ordinal), $"{program}: {code} {output}");
            await Task.Delay(250);
        }
    }

    public static async Task<int> RunAsync(string program, params string[] arguments) => (await OwnClient.RunAsync(program, arguments)).ExitCode;

    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>Gives the name of an account without rights.</summary>
    private async Task<string> PrepareAsync()
    {
        foreach (var key in new[] { "own", "stranger", "reader" })
        {
            await MustAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", $"{Folder}/{key}");
        }

        var hostKey = (await File.ReadAllTextAsync(Server.KnownHosts)).Split(' ', 2)[1];
        await File.WriteAllTextAsync($"{Folder}/known_hosts", $"lab-host {hostKey}");
        await SetKeysAsync("root", await File.ReadAllTextAsync($"{Folder}/own.pub"));
        var (reader, _) = await NewUserAsync();
        _users.Remove(reader);
        await SetKeysAsync(reader, await File.ReadAllTextAsync($"{Folder}/reader.pub") + await File.ReadAllTextAsync($"{Folder}/own.pub"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => global::System.Diagnostics.Process.Start("userdel", ["--force", reader])?.WaitForExit(5000);
        return reader;
    }
}
