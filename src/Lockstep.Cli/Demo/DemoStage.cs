using System.Globalization;
using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Packages;
using Lockstep.Lab.Payments;
using Lockstep.Lab.Processes;
using Lockstep.Lab.Seed;

namespace Lockstep.Cli.Demo;

/// <summary>
/// Everything that the story needs running: the lab, the payments service, the adversary, and Lockstep itself as its own process.
/// </summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private readonly Stack<IAsyncDisposable> _started = new();

    private readonly DemoSetup _setup;
    private readonly Narrator _say;
    private readonly TimeProvider _time;
    private LabProcess? _server;
    private string _config = string.Empty;

    private DemoStage(DemoSetup setup, Narrator say, TimeProvider time) => (_setup, _say, _time) = (setup, say, time);

    public LabServers Lab { get; private set; } = null!;

    public LabEstate Estate { get; private set; } = null!;

    public PaymentsService Payments { get; private set; } = null!;

    public LockstepClient Client { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public string TokenFile { get; private set; } = null!;

    public string DataFolder { get; private set; } = null!;

    /// <summary>Starts everything; what was started is stopped again if something fails.</summary>
    public static async Task<DemoStage> StartAsync(DemoSetup setup, Narrator say, TimeProvider time, CancellationToken cancellationToken)
    {
        var stage = new DemoStage(setup, say, time);
        try
        {
            await stage.BuildAsync(cancellationToken);
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

    /// <summary>Takes what an identity holds, while it still works.</summary>
    public async Task<LabAdversary> PrepareAdversaryAsync(string identity) => Keep(await LabAdversary.PrepareAsync(Lab, Estate, identity));

    /// <summary>Kills Lockstep without a word, as a power cut would.</summary>
    public async Task KillLockstepAsync()
    {
        using (var process = System.Diagnostics.Process.GetProcessById(_server!.Id))
        {
            process.Kill();
        }

        await _server.DisposeAsync();
    }

    /// <summary>Starts Lockstep on its data folder and waits until it answers.</summary>
    public async Task StartLockstepAsync(CancellationToken cancellationToken)
    {
        _server = Keep(await LabProcess.StartAsync(
            _setup.Program, [.. _setup.Arguments, "up", "--config", _config], Lab.Folder.PathOf("lockstep.log"), _setup.Environment));
        var started = _time.GetTimestamp();
        while (!File.Exists(TokenFile) || !await IsHealthyAsync(cancellationToken))
        {
            if (_server.HasExited || _time.GetElapsedTime(started) > StartMax)
            {
                throw new LabException("LS8010", $"Lockstep did not start; it wrote last:\n{_server.LogTail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
        }

        _say.Progress($"Lockstep is up (process {_server.Id}) at {Address}");
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var missing = await LabPackages.FindMissingAsync(_setup.Lab.Systems, cancellationToken);
        if (missing.Count > 0)
        {
            _say.Progress($"installing from Debian: {string.Join(' ', missing)}");
            await LabPackages.InstallAsync(_setup.Lab.Systems, _say.Progress, cancellationToken);
        }

        _say.Progress("starting the systems on loopback");
        Lab = Keep(await LabServers.StartAsync(_setup.Lab, cancellationToken));
        foreach (var (system, why) in Lab.LeftOut)
        {
            _say.Progress($"left out: {system}: {why}");
        }

        _say.Progress($"{string.Join(", ", Lab.ProcessIds.Keys)} are up in {Lab.Folder.Root}; seeding the company");
        Estate = await LabSeed.RunAsync(Lab, new LabSeedOptions { Canary = _setup.Canary }, cancellationToken);
        Payments = Keep(await PaymentsService.StartAsync(
            Lab, Estate, _setup.Program, [.. _setup.Arguments, "lab", "payments-service"], cancellationToken));
        _say.Progress($"the payments service runs (process {Payments.ProcessId}) and writes a payment every 200 ms");
        var port = LabProcess.TakeFreePort();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        DataFolder = Lab.Folder.PathOf("lockstep-data");
        TokenFile = Path.Combine(DataFolder, "admin.token");
        _config = LabConfig.Write(Estate, Lab.Folder, DataFolder, port, _setup.FactsFolder?.Invoke(this));
        await StartLockstepAsync(cancellationToken);
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

/// <summary>What a stage is set up with.</summary>
/// <param name="Program">The program that is Lockstep.</param>
/// <param name="Arguments">What stands before its verbs.</param>
internal sealed record DemoSetup(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Gets what to start; a system beyond the core four that is not here is left out by name.</summary>
    public LabOptions Lab { get; init; } = new() { Systems = LabSystems.All };

    /// <summary>Gets a text that every generated password and secret contains.</summary>
    public string Canary { get; init; } = string.Empty;

    /// <summary>Gets variables for Lockstep besides those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets what writes a folder of fact files about the seeded estate, or <see langword="null"/> for none.</summary>
    public Func<DemoStage, string>? FactsFolder { get; init; }
}
