using System.Globalization;
using Lockstep.Connectors.OpenSsh;
using Lockstep.Lab.Processes;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>A second real sshd over the same accounts and files, with another configuration.</summary>
internal sealed class OpenSshTwin : IAsyncDisposable
{
    private readonly OpenSshSubject _subject;
    private readonly LabProcess _process;
    private readonly int _port;
    private readonly string _config;
    private readonly List<SshClient> _clients = [];

    private OpenSshTwin(OpenSshSubject subject, LabProcess process, int port, string config) =>
        (_subject, _process, _port, _config) = (subject, process, port, config);

    /// <summary>Starts it.</summary>
    /// <param name="more">Lines that come first, and so win.</param>
    /// <param name="without">A setting that it does not have.</param>
    /// <param name="withSudoers">Whether sudo below it reads the lab's rules.</param>
    public static async Task<OpenSshTwin> StartAsync(OpenSshSubject subject, string more, string? without = null, bool withSudoers = false)
    {
        var port = LabProcess.TakeFreePort();
        var own = (await File.ReadAllLinesAsync(subject.Server.Folder.PathOf("sshd_config")))
            .Where(l => without is null || !l.StartsWith(without, StringComparison.Ordinal));
        var config = $"{subject.Folder}/twin-{port.ToString(CultureInfo.InvariantCulture)}";
        await File.WriteAllLinesAsync(config, own.Prepend(more));
        string[] sshd = ["/usr/sbin/sshd", "-D", "-e", "-f", config, "-p", port.ToString(CultureInfo.InvariantCulture)];
        var process = withSudoers
            ? await LabProcess.StartAsync(
                "unshare", ["-m", "sh", "-c", "mount --bind \"$0\" /etc/sudoers && exec \"$@\"", subject.Server.Folder.PathOf("sudoers"), .. sshd],
                config + ".log", new Dictionary<string, string>())
            : await LabProcess.StartAsync(sshd[0], sshd[1..], config + ".log", new Dictionary<string, string>());
        for (var i = 0; i < 100 && !await IsListeningAsync(config + ".log"); i++)
        {
            await Task.Delay(50);
        }

        return new(subject, process, port, config);
    }

    public OpenSshSettings Settings => _subject.Settings(_port) with { ConfigFile = _config, LogFile = _config + ".log" };

    public IConnector Connect() => OpenSshConnector.Create(OpenSshSubject.System, Settings, TimeProvider.System);

    public async Task<bool> LetsInAsync(string user, string key, bool withCertificate = false)
    {
        var (code, output) = await OwnClient.RunAsync("ssh", [.. Arguments(user, key, withCertificate), "true"]);
        Assert.True(code == 0 || (code == 255 && (output.Contains("Permission denied", StringComparison.Ordinal)
            || output.Contains("Connection closed", StringComparison.Ordinal))), $"ssh: {code} {output}");
        return code == 0;
    }

    public async Task<SshClient> OpenAsync(string user, string key, string command)
    {
        var client = new SshClient([.. Arguments(user, key, false), command]);
        _clients.Add(client);
        Assert.True(await client.AnswersAsync(), "the session does not open");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _process.DisposeAsync();
    }

    private static async Task<bool> IsListeningAsync(string log) =>
        File.Exists(log) && (await File.ReadAllTextAsync(log)).Contains("Server listening", StringComparison.Ordinal);

    private List<string> Arguments(string user, string key, bool withCertificate)
    {
        var arguments = _subject.ClientArguments(user, key, withCertificate);
        arguments[arguments.IndexOf("-p") + 1] = _port.ToString(CultureInfo.InvariantCulture);
        arguments.InsertRange(0, ["-o", "HostKeyAlias=lab-host", "-o", $"UserKnownHostsFile={_subject.Folder}/known_hosts"]);
        return arguments;
    }
}
