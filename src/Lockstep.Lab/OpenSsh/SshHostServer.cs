using System.Globalization;
using System.Security.Cryptography;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.OpenSsh;

/// <summary>
/// An sshd of its own on loopback with a user CA, principals, a list of revoked keys (KRL) and sudo rules in a folder of the lab. The
/// accounts are real Unix users made for this run and removed with it; the sudo rules are never part of the host's own.
/// </summary>
public sealed class SshHostServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    private readonly ServerProcess _process;

    private SshHostServer(ServerProcess process, int port, LabFolder folder, string user) =>
        (_process, Port, Folder, User) = (process, port, folder, user);

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>
    /// The host's folder: <c>principals/USER</c>, <c>authorized_keys/USER</c>, <c>krl</c>, <c>sudoers</c>, <c>sudoers.d/</c>,
    /// <c>sshd.log</c>.
    /// </summary>
    public LabFolder Folder { get; }

    /// <summary>The Unix user of this run that people log in as.</summary>
    public string User { get; }

    /// <summary>The Unix user that Lockstep keeps for measuring cuts.</summary>
    public string Canary => CanaryOf(User);

    /// <summary>
    /// Private key of the host's own user CA; its public key is <c>user_ca.pub</c>. Further CAs are trusted with <see cref="TrustAsync"/>.
    /// </summary>
    public string UserCaKey => Folder.PathOf("user_ca");

    /// <summary>Public keys of every trusted CA, one a line.</summary>
    public string TrustedCaKeys => Folder.PathOf("trusted_ca_keys");

    /// <summary>The list of revoked keys and certificates.</summary>
    public string RevocationList => Folder.PathOf("krl");

    /// <summary>Where sshd writes who logged in with which certificate.</summary>
    public string LogFile => Folder.PathOf("sshd.log");

    /// <summary>For the client's <c>UserKnownHostsFile</c>.</summary>
    public string KnownHosts => Folder.PathOf("known_hosts");

    /// <summary>The principal that opens <see cref="User"/>.</summary>
    public static string Principal => "deploy";

    /// <summary>Process id of the listener.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Makes keys, configuration and a Unix user, and starts sshd on a free port. Needs root.</summary>
    /// <exception cref="LabException">LS8001: no sshd, or not root.</exception>
    public static async Task<SshHostServer> StartAsync(LabFolder folder, LabServerOptions? servers = null,
        CancellationToken cancellation = default)
    {
        if (!File.Exists(Program) || !UnixSignal.IsRoot)
        {
            throw new LabException("LS8001", "the SSH host is left out: it needs root and the packages openssh-server and sudo");
        }

        var user = $"ls{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        try
        {
            foreach (var name in new[] { user, CanaryOf(user) })
            {
                await CommandRun.RunAsync("useradd", ["--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", "--password", "*", name],
                    cancellation: cancellation);
            }

            await PrepareAsync(folder, user, cancellation);
            var (process, port) = await ServerStart.RunAsync(
                "sshd", port => Task.FromResult(Command(folder, port, servers?.Outlive ?? false)), AnswersAsync, StartLimit, cancellation);
            var hostKey = string.Join(' ', (await File.ReadAllTextAsync(folder.PathOf("host_key.pub"), cancellation)).Split(' ')[..2]);
            folder.Write("known_hosts", string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{port} {hostKey}\n"));
            return new SshHostServer(process, port, folder, user);
        }
        catch
        {
            await RemoveUserAsync(user);
            throw;
        }
    }

    /// <summary>Trusts one more CA (a line of public key); new log-ins see it at once.</summary>
    public Task TrustAsync(string publicKey) => File.AppendAllTextAsync(TrustedCaKeys, publicKey.TrimEnd() + "\n");

    /// <summary>Arguments of the client for a log-in with <paramref name="key"/> and, where there is one, its certificate.</summary>
    public IReadOnlyList<string> ClientArguments(string key, string? certificate = null)
    {
        string[] files = certificate is null ? ["-i", key] : ["-i", key, "-o", $"CertificateFile={certificate}"];
        return ["-F", "none", "-T", "-o", $"UserKnownHostsFile={KnownHosts}", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
            "ConnectTimeout=10",
            "-p", Port.ToString(CultureInfo.InvariantCulture), .. files, $"{User}@127.0.0.1"];
    }

    /// <summary>Stops the listener, ends what the run's users still run, and removes them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await RemoveUserAsync(User);
    }

    /// <summary>Ends what the run's Unix user and its canary still run, and removes both.</summary>
    internal static async Task RemoveUserAsync(string user)
    {
        foreach (var name in new[] { user, CanaryOf(user) })
        {
            await CommandRun.TryAsync("/bin/sh", ["-c", "for p in $(ps -o pid= -u \"$0\"); do kill -9 \"$p\"; done", name]);
            await CommandRun.TryAsync("userdel", ["--force", name]);
        }
    }

    private static string CanaryOf(string user) => $"{user}c";

    private static async Task PrepareAsync(LabFolder folder, string user, CancellationToken cancellation)
    {
        Directory.CreateDirectory("/run/sshd");
        foreach (var key in new[] { "host_key", "user_ca" })
        {
            await CommandRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", folder.PathOf(key)],
                cancellation: cancellation);
        }

        await CommandRun.RunAsync("ssh-keygen", ["-q", "-k", "-f", folder.PathOf("krl")], cancellation: cancellation);
        File.Copy(folder.PathOf("user_ca.pub"), folder.PathOf("trusted_ca_keys"));
        folder.Sub("principals").Write(user, Principal + "\n");
        folder.Sub("authorized_keys").Write(user, "");
        folder.Sub("authorized_keys").Write(CanaryOf(user), "");
        folder.Sub("sudoers.d");
        folder.Write("sudoers", $"root ALL=(ALL:ALL) ALL\n@includedir {folder.PathOf("sudoers.d")}\n");
        folder.Write("sshd_config", $"""
            ListenAddress 127.0.0.1
            HostKey {folder.PathOf("host_key")}
            PidFile none
            TrustedUserCAKeys {folder.PathOf("trusted_ca_keys")}
            AuthorizedPrincipalsFile {folder.PathOf("principals", "%u")}
            AuthorizedKeysFile {folder.PathOf("authorized_keys", "%u")}
            RevokedKeys {folder.PathOf("krl")}
            AuthenticationMethods publickey
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            # The run's folder lies below a world-writable one, which StrictModes refuses.
            StrictModes no
            UsePAM no
            LogLevel VERBOSE
            # By default sshd drops connections at random from the tenth that has not logged in yet: faults hold more than that.
            MaxStartups 200
            # A shell at level 2 leaves out the start-up file that whoever runs the lab has for bash.
            SetEnv SHLVL=1

            """);
        foreach (var file in new[] { folder.PathOf("principals", user), folder.PathOf("authorized_keys", user),
            folder.PathOf("authorized_keys", CanaryOf(user)) })
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.GroupRead);
        }
    }

    private static ServerCommand Command(LabFolder folder, int port, bool outlive) => new(
        Program,
        ["-D", "-e", "-f", folder.PathOf("sshd_config"), "-p", port.ToString(CultureInfo.InvariantCulture)],
        folder.PathOf("sshd.log")) { Outlive = outlive };

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, cancellation);
        using var reader = new StreamReader(socket.GetStream());
        return (await reader.ReadLineAsync(cancellation))?.StartsWith("SSH-2.0", StringComparison.Ordinal) == true;
    }
}
