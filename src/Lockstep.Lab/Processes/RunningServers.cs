using System.Collections.Concurrent;

namespace Lockstep.Lab.Processes;

/// <summary>What we started and have not stopped yet; killed when this process exits in an orderly way without stopping it.</summary>
internal static class RunningServers
{
    private static readonly ConcurrentDictionary<ServerProcess, bool> All = new();

    static RunningServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    public static void Add(ServerProcess server, bool outlive)
    {
        if (!outlive)
        {
            All[server] = true;
        }
    }

    public static void Remove(ServerProcess server) => All.TryRemove(server, out _);

    private static void KillAll()
    {
        foreach (var server in All.Keys)
        {
            UnixSignal.SendToGroup(server.Id, UnixSignal.Kill);
        }
    }
}
