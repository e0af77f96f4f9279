using System.Diagnostics;

namespace Lockstep.Lab.Processes;

/// <summary>A server we started: leader of its own process group, stopped by id, and gone when we are gone.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ServerCommand _command;
    private bool _stopped;

    private ServerProcess(Process process, ServerCommand command) => (_process, _command, Id) = (process, command, process.Id);

    /// <summary>Process id, and id of the process group.</summary>
    public int Id { get; }

    /// <summary>Whether the server ended, by itself or by us.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote, for a message about why it does not run.</summary>
    public string LogTail() =>
        File.Exists(_command.LogFile) ? string.Join('\n', File.ReadLines(_command.LogFile).TakeLast(12)) : "(no output)";

    public static async Task<ServerProcess> StartAsync(ServerCommand command)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        string[] line = ["-c", "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1", "lab", command.LogFile, "setsid", "setpriv",
            .. Privileges(command),
            command.Program, .. command.Arguments];
        foreach (var argument in line)
        {
            start.ArgumentList.Add(argument);
        }

        var server = new ServerProcess(await Spawner.StartAsync(start), command);
        RunningServers.Add(server, command.Outlive);
        return server;
    }

    /// <summary>Asks the server to stop, waits, and kills its whole group where it has not.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        UnixSignal.Send(Id, _command.StopSignal);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            UnixSignal.SendToGroup(Id, UnixSignal.Kill);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        UnixSignal.SendToGroup(Id, UnixSignal.Kill);
        RunningServers.Remove(this);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static IEnumerable<string> Privileges(ServerCommand command)
    {
        if (command.User is { } user && UnixSignal.IsRoot)
        {
            yield return $"--reuid={user}";
            yield return $"--regid={user}";
            yield return "--init-groups";
        }

        yield return "--pdeathsig";
        yield return command.Outlive ? "clear" : command.DeathSignal;
    }
}
