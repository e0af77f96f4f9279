namespace Lockstep.Lab.Processes;

/// <summary>A program that belongs to a run of the lab: it ends with the lab, and with this process if that is killed.</summary>
public sealed class LabProcess : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private LabProcess(ServerProcess process, string logFile) => (_process, LogFile) = (process, logFile);

    /// <summary>Gets the process id.</summary>
    public int Id => _process.Id;

    /// <summary>Gets whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Gets the file that its output goes to.</summary>
    public string LogFile { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments; never a secret.</param>
    /// <param name="logFile">Where its output goes.</param>
    /// <param name="environment">Variables besides those of this process.</param>
    public static async Task<LabProcess> StartAsync(
        string program, IReadOnlyList<string> arguments, string logFile, IReadOnlyDictionary<string, string> environment)
    {
        var command = new ServerCommand(program, arguments, logFile) { Environment = environment };
        return new LabProcess(await ServerProcess.StartAsync(command), logFile);
    }

    /// <summary>Gets the end of what it wrote, for an error message.</summary>
    public string LogTail() => _process.LogTail();

    /// <summary>Takes a port of the loopback interface that is free now.</summary>
    public static int TakeFreePort() => FreePort.Find();

    /// <summary>Stops it and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
