using Lockstep.Client;
using Lockstep.Server.Config;
using Xunit;

namespace Lockstep.Server.Tests.Facts;

/// <summary>A server on a folder with fact files and a <c>lockstep.yaml</c>, which it has looked at; disposing removes the folder.</summary>
internal sealed class FactsHost : IAsyncDisposable
{
    private readonly string _folder;

    private FactsHost(LockstepHost host, LockstepClient admin, string folder) => (Host, Admin, _folder) = (host, admin, folder);

    public LockstepHost Host { get; }

    public LockstepClient Admin { get; }

    public static async Task<FactsHost> StartAsync(string config)
    {
        var read = Assert.IsType<ConfigReading.Good>(ConfigFile.Read(config));
        var options = new HostOptions { Sweeps = false, LogFile = Path.Combine(Path.GetDirectoryName(config)!, "log") };
        var start = Assert.IsType<HostStart.Started>(await LockstepHost.StartAsync(read.Config, options, CancellationToken.None));
        var admin = new LockstepClient(start.Host.Address, File.ReadAllText(start.Host.AdminTokenFile).Trim());
        var looked = await admin.ObserveAsync(new ObserveRequest(), CancellationToken.None);
        Assert.All(looked.Systems, s => Assert.True(s.IsComplete, $"{s.Name}: {s.Error?.Detail}"));
        return new(start.Host, admin, Path.GetDirectoryName(config)!);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
