using System.Globalization;
using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Payments;
using Lockstep.Lab.Processes;
using Lockstep.Lab.Seed;

namespace Lockstep.Cli.Demo;

/// <summary>Everything that the story needs running: the lab, the payments service, the adversary, and Lockstep itself as its own process.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private readonly Stack<IAsyncDisposable> _started = new();

    private DemoStage()
    {
    }

    public LabServers Lab { get; private set; } = null!;

    public LabEstate Estate { get; private set; } = null!;

    public LabAdversary Adversary { get; private set; } = null!;

    public PaymentsService Payments { get; private set; } = null!;

    public LockstepClient Client { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public string TokenFile { get; private set; } = null!;

    public static async Task<DemoStage> StartAsync(Narrator say, TimeProvider time, CancellationToken cancellationToken)
    {
        var stage = new DemoStage();
        try
        {
            await stage.BuildAsync(say, time, cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything, last started first; one that does not stop never keeps another running.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
        {
            try
            {
                await started.DisposeAsync();
            }
            catch (Exception e)
            {
                await Console.Error.WriteLineAsync($"lockstep: could not be stopped cleanly: {e.Message}");
            }
        }
    }

    private async Task BuildAsync(Narrator say, TimeProvider time, CancellationToken cancellationToken)
    {
        var missing = await LabPackages.FindMissingAsync(LabSystems.Core, cancellationToken);
        if (missing.Count > 0)
        {
            say.Progress($"installing from Debian: {string.Join(' ', missing)}");
            await LabPackages.InstallAsync(LabSystems.Core, say.Progress, cancellationToken);
        }

        say.Progress("starting OpenLDAP, Keystone, Barbican and PostgreSQL on loopback");
        Lab = Keep(await LabServers.StartAsync(new LabOptions { Servers = new LabServerOptions { Cache = true } }, cancellationToken));
        say.Progress($"lab is up in {Lab.Folder.Root}; seeding the company");
        Estate = await LabSeed.RunAsync(Lab, cancellation: cancellationToken);
        Payments = Keep(await PaymentsService.StartAsync(Lab, Estate, Self.Program, Self.Arguments("lab", "payments-service"), cancellationToken));
        say.Progress($"the payments service runs (process {Payments.ProcessId}) and writes a payment every 200 ms");
        Adversary = Keep(await LabAdversary.PrepareAsync(Lab, Estate, AcmeCompany.Leaver));
        await StartLockstepAsync(say, time, cancellationToken);
    }

    private async Task StartLockstepAsync(Narrator say, TimeProvider time, CancellationToken cancellationToken)
    {
        var port = LabProcess.TakeFreePort();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        var data = Lab.Folder.PathOf("lockstep-data");
        TokenFile = Path.Combine(data, "admin.token");
        var config = LabConfig.Write(Estate, Lab.Folder, data, port);
        var server = Keep(await LabProcess.StartAsync(
            Self.Program, Self.Arguments("up", "--config", config), Lab.Folder.PathOf("lockstep.log"), new Dictionary<string, string>()));
        var started = time.GetTimestamp();
        while (true)
        {
            if (server.HasExited || time.GetElapsedTime(started) > StartMax)
            {
                throw new LabException("LS8010", $"Lockstep did not start; it wrote last:\n{server.LogTail()}");
            }

            if (File.Exists(TokenFile) && await IsHealthyAsync(cancellationToken))
            {
                say.Progress($"Lockstep is up (process {server.Id}) at {Address}");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        var client = new LockstepClient(Address, (await File.ReadAllTextAsync(TokenFile, cancellationToken)).Trim());
        try
        {
            await client.HealthAsync(cancellationToken);
            Client = client;
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or ApiException)
        {
            client.Dispose();
            return false;
        }
    }

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }
}
