using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>Questions about a node as such: what it reaches, what reaches it, and where access to it is narrow.</summary>
internal static class ReachEndpoints
{
    private const int PointsUsual = 10;

    internal static void MapReach(this RouteGroupBuilder graph)
    {
        graph.MapGet("/blast-radius", BlastRadiusAsync).WithName("GetBlastRadius").WithSummary(
            "Everything that a node reaches: what is at stake if its holder is hostile").Require(ReadEstate);
        graph.MapGet("/exposure", ExposureAsync).WithName("GetExposure").WithSummary("Everything that reaches a node").Require(ReadEstate);
        graph.MapGet("/choke-points", ChokePointsAsync).WithName("GetChokePoints").WithSummary(
            "The links that most identities depend on for an action on a resource").Require(ReadEstate);
    }

    private static Task<Results<Ok<ReachAnswer>, ProblemHttpResult>> BlastRadiusAsync(
        string? node, string? asOf, int? max, Past past, CancellationToken cancellationToken) =>
        ReachAsync(node, asOf, max, past, (graph, id, at) => graph.BlastRadius(id, at, QueryLimits.Default, cancellationToken), cancellationToken);

    private static Task<Results<Ok<ReachAnswer>, ProblemHttpResult>> ExposureAsync(
        string? node, string? asOf, int? max, Past past, CancellationToken cancellationToken) =>
        ReachAsync(node, asOf, max, past, (graph, id, at) => graph.Exposure(id, at, QueryLimits.Default, cancellationToken), cancellationToken);

    private static async Task<Results<Ok<ReachAnswer>, ProblemHttpResult>> ReachAsync(
        string? text, string? asOf, int? max, Past past, Func<IAccessGraph, NodeId, DateTimeOffset, Answer<IReadOnlyList<Arrival>>> ask,
        CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        var (found, unknown) = notThen is null ? Lookup.Any(estate, text) : (null, null);
        if (found is null)
        {
            return (notThen ?? unknown)!;
        }

        var answer = ask(estate.Graph, found, at);
        var byKind = new SortedDictionary<string, int>(answer.Value.CountBy(a => a.Node.Kind).ToDictionary(), StringComparer.Ordinal);
        return TypedResults.Ok(new ReachAnswer(
            Wire.Node(estate, found), at, answer is Answer<IReadOnlyList<Arrival>>.Complete,
            (answer as Answer<IReadOnlyList<Arrival>>.Truncated)?.Limit, Wire.NotSeen(estate), answer.Value.Count, byKind,
            [.. answer.Value.Take(max ?? int.MaxValue).Select(a => new ReachedNode(Wire.Node(estate, a.Node), a.Depth))]));
    }

    private static async Task<Results<Ok<ChokePointsAnswer>, ProblemHttpResult>> ChokePointsAsync(
        string? action, string? resource, string? asOf, int? max, Past past, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        var (found, unknown) = notThen is null ? Lookup.Resource(estate, resource, action) : (null, null);
        if (found is null)
        {
            return (notThen ?? unknown)!;
        }

        var target = new AccessTarget(found, Lookup.Action(estate, found, action ?? string.Empty));
        var answer = ChokePoint.Find(estate.Graph, target, Math.Max(1, max ?? PointsUsual), at, QueryLimits.Default, cancellationToken);
        return TypedResults.Ok(new ChokePointsAnswer(
            Wire.Node(estate, found), target.Action, at, answer is Answer<IReadOnlyList<ChokePoint>>.Complete,
            (answer as Answer<IReadOnlyList<ChokePoint>>.Truncated)?.Limit, Wire.NotSeen(estate),
            [.. answer.Value.Select(p => new ChokePointView(p.Identities, [.. p.Links.Select(l => Wire.Link(estate, l))]))]));
    }
}
