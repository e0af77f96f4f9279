using Lockstep.Client;
using Lockstep.Connectors;
using Lockstep.Reconciliation;
using Lockstep.Revocation;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>Cutting the canaries now, and what was measured.</summary>
internal static class CanaryEndpoints
{
    internal static void MapCanaries(this IEndpointRouteBuilder app) => app.MapGroup("/v1").WithTags("Connectors")
        .MapPost("/canaries", RunAsync).WithName("RunCanaries")
        .WithSummary("Cuts the canaries by ordinary cases and measures until they are refused; answers when done").Require(Revoke);

    /// <summary>Says what is promised of a system and what was measured.</summary>
    internal static DenialView Denial(IConnector? connector, IReadOnlyList<CanaryMeasured>? measured)
    {
        var because = connector is IPromiseDenial tries ? $"{tries.LetsInBecause}; {tries.AppliesWithin.TotalSeconds:0} s to apply a cut"
            : "nothing can be cut here: nothing is promised";
        return new(connector is null ? null : Canaries.Promised(connector)?.TotalSeconds, because, measured is null ? null : Of(measured));
    }

    private static MeasuredView Of(IReadOnlyList<CanaryMeasured> measured)
    {
        var sorted = measured.Select(m => m.LeastSeconds).Order().ToList();
        double At(double part) => Math.Round(sorted[(int)Math.Ceiling((sorted.Count * part) - 1)], 3);
        var last = measured[^1];
        return new(
            At(0.5), At(0.95), At(1), sorted.Count, Math.Round(last.LeastSeconds, 3), last.CausedAt, last.DeniedSeconds is not null);
    }

    private static async Task<Results<Ok<CanaryAnswer>, ProblemHttpResult>> RunAsync(
        CanaryRequest request, Canaries canaries, ConnectedSystems systems, CancellationToken cancellationToken)
    {
        if (request.System is { } named && !systems.Connectors.ContainsKey(named))
        {
            return Problems.Of(404, "LS3011", $"no connected system is called `{named}`");
        }

        var accounts = canaries.Places.Where(p => request.System is null || p.SystemName == request.System)
            .Select(p => p.AccountSystem).Distinct().ToList();
        if (accounts.Count == 0)
        {
            return Problems.Of(409, "LS7040", "there is no canary here: `canary` names one, below the system in lockstep.yaml");
        }

        var rounds = new List<CanaryView>();
        foreach (var account in accounts)
        {
            rounds.AddRange(await canaries.RunAsync(account, cancellationToken) switch
            {
                CanaryRound.Done done => done.Measured.Select(View),
                CanaryRound.NotMeasured not =>
                    [new CanaryView(not.SystemName, null, null, null, false, [], Wire.Failure(not.Error))],
                _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown round."),
            });
        }

        return TypedResults.Ok(new CanaryAnswer(rounds));
    }

    private static CanaryView View(CanaryMeasured m) => new(
        m.SystemName, m.Case, m.ComputedSeconds, Math.Round(m.LeastSeconds, 3), m.DeniedSeconds is not null,
        [.. m.Rows.Select(r => new CanaryRowView(r.Row, r.Holds, r.Seen))], null);
}
