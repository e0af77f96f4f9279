using System.Collections.Concurrent;
using System.Diagnostics;

namespace Lockstep.Lab.Processes;

/// <summary>
/// Starts every child from one thread that lives as long as this process. The kernel's "parent died" signal is sent when
/// the <em>thread</em> that forked ends, so a child started from the thread pool would be killed when that thread retires.
/// </summary>
internal static class Spawner
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Requests = [];

    static Spawner() => new Thread(Serve) { IsBackground = true, Name = "lab spawner" }.Start();

    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((start, started));
        return started.Task;
    }

    private static void Serve()
    {
        foreach (var (start, started) in Requests.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start"));
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        }
    }
}
