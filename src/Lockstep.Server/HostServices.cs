using System.Text.Json.Serialization;
using Lockstep.Client;
using Lockstep.Ledger;
using Lockstep.Revocation;
using Lockstep.Server.Access;
using Lockstep.Server.Api;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;
using Lockstep.Server.Guardrails;
using Lockstep.Server.Workers;
using Microsoft.OpenApi;

namespace Lockstep.Server;

/// <summary>Registers what a host consists of: a line each, so that one can find it.</summary>
internal static class HostServices
{
    internal static void AddLockstep(
        this IServiceCollection services, LockstepConfig config, HostOptions options, ILedger ledger, ConnectedSystems systems)
    {
        services.AddSingleton(config);
        services.AddSingleton(options.Time);
        services.AddSingleton(ledger);
        services.AddSingleton(systems);
        services.AddSingleton(config.Rules);
        services.AddSingleton(options.Cases);
        services.AddSingleton(TokenStore.Open(config.DataFolder, options.Time));
        services.AddSingleton(FingerprintKey.Open(config.DataFolder));
        services.AddSingleton<CaseBook>();
        services.AddSingleton<EstateHolder>();
        services.AddSingleton<Observer>();
        services.AddSingleton<OpeningProver>();
        services.AddSingleton<ObservationSweep>();
        services.AddSingleton<ICaseWorld, CaseWorld>();
        services.AddSingleton<Cases>();
        services.AddSingleton(provider => new Canaries(
            provider.GetRequiredService<ICaseWorld>(), provider.GetRequiredService<Cases>(), ledger, systems.CanaryPlaces(), options.Time));
        services.AddSingleton<Past>();
        services.AddSingleton<CutChoice>();
        services.AddSingleton<Pictures>();
        services.AddSingleton(_ => new PolicyHolder(PolicySource.OfDecisions(config.Policy), ledger, options.Time));
        services.AddSingleton<AccessPolicies>();
        services.AddSingleton<GuardrailHolder>();
        services.AddSingleton<GuardrailBook>();
        services.AddSingleton<DecisionPoint>();
        services.AddSingleton<DecisionLog>();

        services.AddHostedService(provider => provider.GetRequiredService<EstateHolder>());
        services.AddHostedService<LedgerSealer>();
        services.AddHostedService<PolicyWatcher>();
        services.AddHostedService<GuardrailWatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<DecisionLog>());
        if (options.Sweeps)
        {
            services.AddHostedService(provider => provider.GetRequiredService<ObservationSweep>());
            services.AddHostedService<FindingTracker>();
            services.AddHostedService<CanarySchedule>();
        }

        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default);
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        services.AddOpenApi("v1", openApi =>
        {
            openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Lockstep",
                    Version = HostEndpoints.Version,
                    Description = "Who can do what, with which credential, right now; and one way to take it away, with proof.",
                };
                document.Servers = [];
                return Task.CompletedTask;
            });
        });
    }
}
