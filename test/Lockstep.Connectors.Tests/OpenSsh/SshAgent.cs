using Lockstep.Lab.Processes;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>A holder's own agent with one key in it.</summary>
internal sealed class SshAgent : IAsyncDisposable
{
    private readonly LabProcess _process;

    private SshAgent(LabProcess process, string socket) => (_process, Socket) = (process, socket);

    public string Socket { get; }

    public static async Task<SshAgent> StartAsync(string folder, string key)
    {
        var socket = $"{folder}/agent-{Guid.NewGuid():N}";
        var process = await LabProcess.StartAsync("ssh-agent", ["-D", "-a", socket], socket + ".log", new Dictionary<string, string>());
        for (var i = 0; i < 100 && !File.Exists(socket); i++)
        {
            await Task.Delay(20);
        }

        var (code, output) = await OwnClient.RunAsync("ssh-add", ["-q", key], "", ("SSH_AUTH_SOCK", socket));
        Assert.True(code == 0, output);
        return new(process, socket);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
