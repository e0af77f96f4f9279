using System.Globalization;
using System.Text.Json;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab;

/// <summary>One server in the state file.</summary>
/// <param name="System">The system's name.</param>
/// <param name="ProcessId">Its process id, which is also its process group.</param>
/// <param name="StartTime">The kernel's start time of that process (clock ticks since boot); another process with the same id has
/// another.</param>
public sealed record LabStateServer(string System, int ProcessId, long StartTime)
{
    /// <summary>Whether this very process still runs.</summary>
    public bool IsRunning => LabState.StartTimeOf(ProcessId) == StartTime;
}

/// <summary>What <c>lab.json</c> in the run's folder says (0600), so that another process can see and stop the lab.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="OwnerProcessId">The process that started the lab.</param>
/// <param name="Servers">What was started.</param>
/// <param name="UnixUser">The Unix user of this run's SSH host; empty where there is none.</param>
public sealed record LabState(string Folder, int OwnerProcessId, IReadOnlyList<LabStateServer> Servers, string UnixUser = "")
{
    private const string FileName = "lab.json";
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes the state of a lab that has just started.</summary>
    internal static void Write(LabServers lab)
    {
        var servers = lab.ProcessIds.Select(entry => new LabStateServer(entry.Key, entry.Value, StartTimeOf(entry.Value) ?? 0));
        var state = new LabState(lab.Folder.Root, Environment.ProcessId, [.. servers], lab.SshHost?.User ?? "");
        lab.Folder.Write(FileName, JsonSerializer.Serialize(state, Format));
    }

    /// <summary>The state of the lab in <paramref name="folder"/>; null where there is none.</summary>
    public static LabState? Find(string folder)
    {
        var file = Path.Combine(folder, FileName);
        return File.Exists(file) ? JsonSerializer.Deserialize<LabState>(File.ReadAllText(file), Format) : null;
    }

    /// <summary>Every lab of this host that left a state file below the temporary folder.</summary>
    public static IReadOnlyList<LabState> FindAll() =>
        [.. Directory.GetDirectories(Path.GetTempPath(), "ls-lab-*").Select(Find).OfType<LabState>()];

    /// <summary>Stops what still runs (asked first, killed after five seconds) and removes the folder.</summary>
    public async Task StopAsync()
    {
        foreach (var server in Servers.Where(s => s.IsRunning))
        {
            UnixSignal.Send(server.ProcessId, server.System == "postgresql" ? UnixSignal.Interrupt : UnixSignal.Terminate);
        }

        var started = TimeProvider.System.GetTimestamp();
        while (Servers.Any(s => s.IsRunning) && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        foreach (var server in Servers.Where(s => s.IsRunning))
        {
            UnixSignal.SendToGroup(server.ProcessId, UnixSignal.Kill);
        }

        if (UnixUser.Length > 0)
        {
            await OpenSsh.SshHostServer.RemoveUserAsync(UnixUser);
        }

        LabFolder.At(Folder).Remove();
    }

    /// <summary>When the process with this id started, in clock ticks since boot; null where there is none or it is a zombie.</summary>
    internal static long? StartTimeOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
