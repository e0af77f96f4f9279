namespace Lockstep.Lab.Packages;

/// <summary>
/// A lock between processes of this host: a file that only one of them holds open alone. It is free again when its holder dies.
/// </summary>
internal static class HostLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until nobody else holds it.</summary>
    public static async Task<IAsyncDisposable> TakeAsync(string name, CancellationToken cancellation)
    {
        var path = Path.Combine(Path.GetTempPath(), $"ls-lab-{name}.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }
}
