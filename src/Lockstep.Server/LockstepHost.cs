using System.Text.Json.Nodes;
using Lockstep.Client;
using Lockstep.Ledger;
using Lockstep.Revocation;
using Lockstep.Server.Access;
using Lockstep.Server.Api;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;
using Lockstep.Server.Guardrails;
using Lockstep.Server.Storage;
using Lockstep.Server.Workers;

namespace Lockstep.Server;

/// <summary>A running Lockstep: ledger, estate, cases, workers and the API, in one process on one data folder.</summary>
public sealed class LockstepHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SqliteLedger _ledger;
    private readonly ConnectedSystems _systems;
    private bool _stopped;

    private LockstepHost(WebApplication app, SqliteLedger ledger, ConnectedSystems systems, LockstepConfig config)
    {
        (_app, _ledger, _systems) = (app, ledger, systems);
        DataFolder = config.DataFolder;
        Address = new Uri(_app.Urls.First());
    }

    /// <summary>Gets where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Gets its data folder.</summary>
    public string DataFolder { get; }

    /// <summary>Gets the file that holds the first admin token, for its owner's eyes only.</summary>
    public string AdminTokenFile => Path.Combine(DataFolder, "admin.token");

    /// <summary>Gets its ledger.</summary>
    public ILedger Ledger => _ledger;

    /// <summary>Gets its cases.</summary>
    public Cases Cases => _app.Services.GetRequiredService<Cases>();

    /// <summary>Starts: opens the ledger, rebuilds the estate from it, goes on with unfinished cases, listens.</summary>
    public static async Task<HostStart> StartAsync(LockstepConfig config, HostOptions options, CancellationToken cancellationToken)
    {
        OwnerFile.MakeFolder(config.DataFolder);
        var witnesses = Witnesses.Of(config, options.Time);
        var opening = await SqliteLedger.OpenAsync(
            new SqliteLedgerOptions { Folder = config.DataFolder, Witnesses = witnesses.All, OnRefusal = witnesses.OnRefusal },
                options.Time, cancellationToken);
        switch (opening)
        {
            case LedgerOpening.Refused refused:
                return new HostStart.Refused(refused.Code, refused.Detail);
            case LedgerOpening.Damaged { Damage: var damage }:
                return new HostStart.Refused(damage.Code, $"{damage.Detail}; the ledger stays closed and as it is");
        }

        var (ledger, torn) = ((LedgerOpening.Opened)opening) is var opened ? (opened.Ledger, opened.Repaired) : default;
        var systems = new ConnectedSystems(config.Systems, options.Time);
        var app = Build(config, options, ledger, systems, witnesses);
        witnesses.LogTo(app.Services.GetRequiredService<ILogger<LedgerSealer>>());
        try
        {
            await app.Services.GetRequiredService<EstateHolder>().LoadAsync(cancellationToken);
            var access = app.Services.GetRequiredService<AccessPolicies>();
            var wrong = (await app.Services.GetRequiredService<PolicyHolder>().LoadAsync("lockstep", cancellationToken))
                .Concat(await access.LoadAsync("lockstep", cancellationToken)).ToList();
            if (wrong.Count > 0)
            {
                await CloseAsync(app, systems, ledger);
                return new HostStart.Refused(
                    "LS6080", $"the policies cannot run; {wrong.Count} problems:\n{string.Join('\n', wrong.Select(p => $"  {p}"))}");
            }

            if (await app.Services.GetRequiredService<GuardrailHolder>().LoadAsync("lockstep", cancellationToken) is { Count: > 0 } bad)
            {
                await CloseAsync(app, systems, ledger);
                return new HostStart.Refused(
                    "LS6090", $"the guardrails cannot run; {bad.Count} problems:\n{string.Join('\n', bad.Select(p => $"  {p}"))}");
            }

            await RequireAdminAsync(config, access, app.Services.GetRequiredService<TokenStore>(), ledger, cancellationToken);
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            await CloseAsync(app, systems, ledger);
            return new HostStart.Refused("LS1009", $"cannot listen at {config.Listen}: {e.Message}");
        }

        var host = new LockstepHost(app, ledger, systems, config);
        var log = app.Services.GetRequiredService<ILogger<LockstepHost>>();
        if (torn is not null)
        {
            log.TornTailDropped(torn.BytesDropped, torn.EntriesKept);
        }

        log.Listening(host.Address.ToString(), config.Systems.Count, ledger.Latest.Size);
        host.Cases.Faulted += (_, fault) => log.CaseFaulted(fault.CaseId, fault.Fault);
        host.Cases.ResumeAll();
        return new HostStart.Started(host);
    }

    /// <summary>Runs until <paramref name="cancellationToken"/> is cancelled.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Stops: no new step is begun; what is under way goes on at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, true))
        {
            return;
        }

        await Cases.DisposeAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _systems.DisposeAsync();
        await _ledger.SealAsync(CancellationToken.None);
        await _ledger.DisposeAsync();
    }

    internal IServiceProvider Services => _app.Services;

    private static async Task CloseAsync(WebApplication app, ConnectedSystems systems, SqliteLedger ledger)
    {
        await app.DisposeAsync();
        await systems.DisposeAsync();
        await ledger.DisposeAsync();
    }

    private static WebApplication Build(
        LockstepConfig config, HostOptions options, SqliteLedger ledger, ConnectedSystems systems, Witnesses witnesses)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = config.DataFolder, ApplicationName = "Lockstep" });
        builder.Configuration.Sources.Clear();
        builder.Logging.AddLockstepLog(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Listen(config.Listen);
        });
        builder.Services.AddSingleton(witnesses);
        builder.Services.AddLockstep(config, options, ledger, systems);

        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Problems.HandleAsync });
        app.UseRouting();
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<AccessGate>();
        app.MapHost();
        app.MapConnectors();
        app.MapCanaries();
        app.MapGraph();
        app.MapReconciliation();
        app.MapRevocation();
        app.MapLedger();
        app.MapTokens();
        app.MapDecisions();
        app.MapPolicy();
        app.MapPolicyQuestions();
        app.MapGuardrails();
        return app;
    }

    /// <summary>Makes a token for whoever starts the server and so owns its data, where no valid one could make tokens.</summary>
    private static async Task RequireAdminAsync(
        LockstepConfig config, AccessPolicies access, TokenStore tokens, SqliteLedger ledger, CancellationToken cancellationToken)
    {
        const string Role = "admin";
        if (access.MissingAdmin() is not { } name)
        {
            return;
        }

        var said = new JsonObject { ["name"] = name, ["role"] = Role, ["because"] = "no valid token could make tokens" };
        await ledger.AppendAsync([LedgerDraft.Of("token.created", "lockstep", said)], Durability.Intent, cancellationToken);
        if (tokens.Create(name, Role, lifetime: null) is { } created)
        {
            OwnerFile.Write(Path.Combine(config.DataFolder, "admin.token"), created.Secret + "\n");
        }
    }
}
