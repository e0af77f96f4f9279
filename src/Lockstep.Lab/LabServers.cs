using System.Collections.Concurrent;
using Lockstep.Lab.Barbican;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenBao;
using Lockstep.Lab.OpenLdap;
using Lockstep.Lab.OpenSsh;
using Lockstep.Lab.PostgreSql;

namespace Lockstep.Lab;

/// <summary>The started systems of one lab, in one throw-away folder; disposing stops them all and removes the folder.</summary>
public sealed class LabServers : IAsyncDisposable
{
    private readonly LabOptions _options;
    private readonly ConcurrentDictionary<string, string> _leftOut = new();

    private LabServers(LabFolder folder, LabOptions options) => (Folder, _options) = (folder, options);

    /// <summary>The run's folder.</summary>
    public LabFolder Folder { get; }

    /// <summary>The directory, where it was asked for.</summary>
    public OpenLdapServer? OpenLdap { get; private set; }

    /// <summary>The database, where it was asked for.</summary>
    public PostgresServer? PostgreSql { get; private set; }

    /// <summary>The cloud's identity service, where it was asked for.</summary>
    public KeystoneServer? Keystone { get; private set; }

    /// <summary>The cloud's vault, where it was asked for.</summary>
    public BarbicanServer? Barbican { get; private set; }

    /// <summary>The vault with leases, where it was asked for and is there.</summary>
    public OpenBaoServer? OpenBao { get; private set; }

    /// <summary>The host, where it was asked for and can be started.</summary>
    public SshHostServer? SshHost { get; private set; }

    /// <summary>What was asked for and is not here, with the reason in words; the rest holds without it.</summary>
    public IReadOnlyDictionary<string, string> LeftOut => _leftOut;

    /// <summary>Process ids of what runs, by system.</summary>
    public IReadOnlyDictionary<string, int> ProcessIds => new (string System, int? Id)[]
        {
            ("openldap", OpenLdap?.ProcessId), ("postgresql", PostgreSql?.ProcessId),
            ("keystone", Keystone?.ProcessId), ("barbican", Barbican?.ProcessId),
            ("openbao", OpenBao?.ProcessId), ("openssh", SshHost?.ProcessId),
        }
        .Where(entry => entry.Id is not null)
        .ToDictionary(entry => entry.System, entry => entry.Id!.Value);

    /// <summary>
    /// Starts what <paramref name="options"/> asks for, at the same time where one does not need the other. Where one does not
    /// start, what has started is stopped again before the failure (LS8001, LS8003) is thrown.
    /// </summary>
    public static async Task<LabServers> StartAsync(LabOptions? options = null, CancellationToken cancellation = default)
    {
        var chosen = options ?? new LabOptions();
        var folder = chosen.Folder is { } path ? LabFolder.At(path) : LabFolder.Create();
        var lab = new LabServers(folder, chosen);
        try
        {
            await Task.WhenAll(
                lab.StartOpenLdapAsync(cancellation), lab.StartPostgreSqlAsync(cancellation), lab.StartCloudAsync(cancellation),
                lab.StartOpenBaoAsync(cancellation), lab.StartSshHostAsync(cancellation));
            LabState.Write(lab);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything, then removes the folder unless it is to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(StopAsync(Barbican), StopAsync(OpenLdap), StopAsync(PostgreSql), StopAsync(OpenBao), StopAsync(SshHost));
        await StopAsync(Keystone);
        if (!_options.KeepFolder)
        {
            Folder.Remove();
        }
    }

    private static Task StopAsync(IAsyncDisposable? server) => server?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    private bool Wants(LabSystems system) => (_options.Systems & system) != 0;

    private async Task StartOpenLdapAsync(CancellationToken cancellation)
    {
        if (Wants(LabSystems.OpenLdap))
        {
            OpenLdap = await OpenLdapServer.StartAsync(Folder.Sub("openldap"), _options.OpenLdap, _options.Servers, cancellation);
        }
    }

    private async Task StartPostgreSqlAsync(CancellationToken cancellation)
    {
        if (Wants(LabSystems.PostgreSql))
        {
            PostgreSql = await PostgresServer.StartAsync(Folder.Sub("postgresql"), _options.Servers, cancellation);
        }
    }

    private async Task StartCloudAsync(CancellationToken cancellation)
    {
        if (Wants(LabSystems.Keystone | LabSystems.Barbican))
        {
            Keystone = await KeystoneServer.StartAsync(Folder.Sub("keystone"), _options.Keystone, _options.Servers, cancellation);
        }

        if (Wants(LabSystems.Barbican))
        {
            Barbican = await BarbicanServer.StartAsync(Folder.Sub("barbican"), Keystone!, _options.Barbican, _options.Servers,
                cancellation);
        }
    }

    private async Task StartOpenBaoAsync(CancellationToken cancellation)
    {
        if (Wants(LabSystems.OpenBao))
        {
            await OrLeaveOutAsync("openbao", async () =>
                OpenBao = await OpenBaoServer.StartAsync(Folder.Sub("openbao"), _options.PackedSystems, _options.Servers, cancellation));
        }
    }

    private async Task StartSshHostAsync(CancellationToken cancellation)
    {
        if (Wants(LabSystems.OpenSsh))
        {
            await OrLeaveOutAsync("openssh", async () => SshHost = await SshHostServer.StartAsync(Folder.Sub("openssh"), _options.Servers,
                cancellation));
        }
    }

    /// <summary>
    /// A system beyond the core four that is not here is left out by name; one that is here and does not start is a failure.
    /// </summary>
    private async Task OrLeaveOutAsync(string system, Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (LabException absent) when (absent.Code == "LS8001")
        {
            _leftOut[system] = absent.Message;
        }
    }
}
