using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Server.Config;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>The connected systems: how they stand, and looking at them now.</summary>
internal static class ConnectorEndpoints
{
    internal static void MapConnectors(this IEndpointRouteBuilder app)
    {
        var systems = app.MapGroup("/v1").WithTags("Connectors");
        systems.MapGet("/systems", SystemsAsync).WithName("GetSystems").WithSummary(
            "The connected systems: freshness, coverage, counts").Require(ReadEstate);
        systems.MapPost("/observe", ObserveAsync).WithName("Observe").WithSummary("Looks at systems now, and answers when done").Require(
            Observe);
    }

    private static async Task<Results<Ok<EstateView>, ProblemHttpResult>> SystemsAsync(
        string? asOf, Past past, ConnectedSystems systems, LockstepConfig config, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        if (notThen is not null)
        {
            return notThen;
        }

        var seen = estate.Systems.ToDictionary(s => s.SystemName, StringComparer.Ordinal);
        var names = seen.Keys.Union(systems.Configs.Keys).Order(StringComparer.Ordinal);
        return TypedResults.Ok(new EstateView(
            at, estate.LedgerSize, config.Rules.AuthoritySystem, [.. names.Select(n => System(n, seen.GetValueOrDefault(n), systems, estate))],
                Counts(estate)));
    }

    private static SystemView System(string name, SystemCoverage? seen, ConnectedSystems systems, IEstate estate)
    {
        var connector = systems.Connectors.GetValueOrDefault(name);
        return new(
            name,
            connector?.SystemKind ?? seen?.SystemKind ?? "unknown",
            seen?.ObservedAt,
            seen?.FactCount ?? 0,
            Wire.Failure(seen?.LastError),
            [.. seen?.Gaps.Select(Wire.Gap) ?? []],
            connector is null ? [] : ConnectedSystems.Abilities(connector),
            CanaryEndpoints.Denial(connector, estate.Canaries.GetValueOrDefault(name)));
    }

    private static EstateCounts Counts(IEstate estate)
    {
        var kinds = estate.NodesOf(null).CountBy(n => n.Id.Kind).ToDictionary(StringComparer.Ordinal);
        int Of(string kind) => kinds.GetValueOrDefault(kind);
        return new(
            Of(NodeKinds.Identity), Of(NodeKinds.Account), Of(NodeKinds.Group), Of(NodeKinds.Role), Of(NodeKinds.Secret),
            Of(NodeKinds.Credential), Of(NodeKinds.Session), Of(NodeKinds.Resource), estate.Links.LongCount());
    }

    private static async Task<Results<Ok<ObserveAnswer>, ProblemHttpResult>> ObserveAsync(
        ObserveRequest request, ObservationSweep sweep, ConnectedSystems systems, CancellationToken cancellationToken)
    {
        var names = request.Systems is { Count: > 0 } named ? named : [.. systems.Connectors.Keys.Order(StringComparer.Ordinal)];
        if (names.FirstOrDefault(n => !systems.Connectors.ContainsKey(n)) is { } unknown)
        {
            var known = string.Join(", ", systems.Connectors.Keys.Order(StringComparer.Ordinal));
            return Problems.Of(404, "LS3011", $"no connected system is called `{unknown}`; there are: {known}");
        }

        var looks = await sweep.SweepAsync([.. names.Distinct(StringComparer.Ordinal)], request.Full, cancellationToken);
        return TypedResults.Ok(new ObserveAnswer(
        [
            .. looks.Select(l => new ObservedSystem(
                l.SystemName, l.IsComplete, l.Asserted, l.Retracted, l.Took.TotalSeconds, Wire.Failure(l.Error),
                    [.. l.Gaps.Select(Wire.Gap)])),
        ]));
    }
}
