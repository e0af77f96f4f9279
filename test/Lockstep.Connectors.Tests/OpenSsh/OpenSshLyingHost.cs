using Lockstep.Connectors.OpenSsh;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>
/// The lab's host as it answers a key of ours whose commands go through a filter: what changes something is not run, and said to be done.
/// Nobody between us and a host can do that; whoever has taken the host over can.
/// </summary>
internal sealed class OpenSshLyingHost : ILyingSystem
{
    private readonly string _key;
    private readonly string _isOn;
    private readonly string _swallowed;

    private OpenSshLyingHost(string key) => (_key, _isOn, _swallowed) = (key, $"{key}.on", $"{key}.swallowed");

    public int Fired => Swallowed.Sum(f => File.ReadAllLines(f).Length);

    /// <summary>A file for each conversation, with the commands that were not run.</summary>
    private string[] Swallowed => Directory.GetFiles(Path.GetDirectoryName(_swallowed)!, $"{Path.GetFileName(_swallowed)}.*");

    public static async Task<OpenSshLyingHost> StartAsync(OpenSshSubject subject)
    {
        var (key, _) = await subject.NewKeyAsync("lying");
        var host = new OpenSshLyingHost(key);
        await File.WriteAllTextAsync($"{key}.sh", $$"""
            #!/bin/sh
            [ -e '{{host._isOn}}' ] || exec /bin/sh
            sed -u -e "s/usermod --expiredate 1\|kill -KILL\|mv -f --/true/w {{host._swallowed}}.$$" | /bin/sh
            """);
        File.SetUnixFileMode($"{key}.sh", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await subject.SetKeysAsync("root", await File.ReadAllTextAsync($"{subject.Folder}/own.pub")
            + $"command=\"{key}.sh\" {await File.ReadAllTextAsync($"{key}.pub")}");
        return host;
    }

    public IConnector Connect(IConnectorSubject subject)
    {
        var host = (OpenSshSubject)subject;
        return OpenSshConnector.Create(OpenSshSubject.System, host.Settings(host.Port) with { IdentityFile = _key }, TimeProvider.System);
    }

    public void Set(HttpFault fault)
    {
        Array.ForEach(Swallowed, File.Delete);
        File.Delete(_isOn);
        if (fault == HttpFault.SwallowsWrites)
        {
            File.WriteAllText(_isOn, "");
        }
    }

    public ValueTask DisposeAsync()
    {
        Set(HttpFault.None);
        return ValueTask.CompletedTask;
    }
}
