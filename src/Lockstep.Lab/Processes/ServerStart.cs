namespace Lockstep.Lab.Processes;

/// <summary>
/// Starts a server on a free port and waits until it answers; takes another port where the first was lost to someone else.
/// </summary>
internal static class ServerStart
{
    private const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="name">The system's name, for messages.</param>
    /// <param name="prepare">Makes configuration and command for a port.</param>
    /// <param name="isReady">Whether the server answers on that port; an exception counts as not yet.</param>
    /// <param name="limit">How long a start may take.</param>
    public static async Task<(ServerProcess Process, int Port)> RunAsync(
        string name, Func<int, Task<ServerCommand>> prepare, Func<int, CancellationToken, Task<bool>> isReady, TimeSpan limit,
        CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Find();
            var process = await ServerProcess.StartAsync(await prepare(port));
            if (await WaitAsync(process, port, isReady, limit, cancellation))
            {
                return (process, port);
            }

            var (ended, tail) = (process.HasExited, process.LogTail());
            await process.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            if (!ended || attempt == Attempts)
            {
                var why = ended ? "ended" : $"did not answer within {limit.TotalSeconds:0} s";
                throw new LabException("LS8003", $"{name} {why}; it wrote last:\n{tail}");
            }
        }
    }

    /// <summary>Starts a server again where it was before.</summary>
    public static async Task<ServerProcess> AgainAsync(
        string name, ServerCommand command, int port, Func<int, CancellationToken, Task<bool>> isReady, TimeSpan limit,
        CancellationToken cancellation)
    {
        var process = await ServerProcess.StartAsync(command);
        if (await WaitAsync(process, port, isReady, limit, cancellation))
        {
            return process;
        }

        var tail = process.LogTail();
        await process.DisposeAsync();
        throw new LabException("LS8003", $"{name} did not start again; it wrote last:\n{tail}");
    }

    private static async Task<bool> WaitAsync(
        ServerProcess process, int port, Func<int, CancellationToken, Task<bool>> isReady, TimeSpan limit, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!process.HasExited && !cancellation.IsCancellationRequested && TimeProvider.System.GetElapsedTime(started) < limit)
        {
            try
            {
                if (await isReady(port, cancellation) && !process.HasExited)
                {
                    return true;
                }
            }
            catch (Exception) when (!cancellation.IsCancellationRequested)
            {
                // Not ready yet; the time limit above bounds how often we ask.
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        return false;
    }
}
