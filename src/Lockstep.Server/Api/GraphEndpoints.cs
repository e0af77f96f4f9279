using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>Questions to the graph: what can they do, who can do it, and how.</summary>
internal static class GraphEndpoints
{
    private const int ChainsUsual = 20;
    private const int ChainsMax = 200;

    internal static void MapGraph(this IEndpointRouteBuilder app)
    {
        var graph = app.MapGroup("/v1").WithTags("Graph");
        graph.MapGet("/access", AccessAsync).WithName("GetAccess").WithSummary("What an identity can do, with a chain for each").Require(
            ReadEstate);
        graph.MapGet("/access/{identity}", AccessOfAsync).WithName("GetAccessOf").WithSummary(
            "The same, with the identity in the path").Require(ReadEstate);
        graph.MapGet("/who-can", WhoCanAsync).WithName("GetWhoCan").WithSummary(
            "Every identity that reaches an action on a resource").Require(ReadEstate);
        graph.MapGet("/explain", ExplainAsync).WithName("GetExplanation").WithSummary(
            "The chains by which one identity reaches it").Require(ReadEstate);
        graph.MapReach();
        graph.MapGet("/residual", ResidualAsync).WithName("GetResidual").WithSummary("What still works of identities that left").Require(
            ReadEstate);
    }

    private static Task<Results<Ok<AccessAnswer>, ProblemHttpResult>> AccessOfAsync(
        string identity, string? asOf, int? max, Past past, CancellationToken cancellationToken) =>
            AccessAsync(identity, asOf, max, past, cancellationToken);

    private static async Task<Results<Ok<AccessAnswer>, ProblemHttpResult>> AccessAsync(
        string? identity, string? asOf, int? max, Past past, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        var (found, unknown) = notThen is null ? Lookup.Identity(estate, identity) : (null, null);
        if (found is null)
        {
            return (notThen ?? unknown)!;
        }

        var answer = estate.Graph.AccessOf(found.Id, at, QueryLimits.Default, cancellationToken);
        return TypedResults.Ok(new AccessAnswer(Wire.Node(estate, found.Id), Wire.Chains(estate, answer, max)));
    }

    private static async Task<Results<Ok<WhoCanAnswer>, ProblemHttpResult>> WhoCanAsync(
        string? action, string? resource, string? asOf, int? max, Past past, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        var (found, unknown) = notThen is null ? Lookup.Resource(estate, resource, action) : (null, null);
        if (found is null)
        {
            return (notThen ?? unknown)!;
        }

        var target = new AccessTarget(found, Lookup.Action(estate, found, action ?? string.Empty));
        var answer = estate.Graph.WhoCan(target, at, QueryLimits.Default, cancellationToken);
        return TypedResults.Ok(new WhoCanAnswer(Wire.Node(estate, found), target.Action, Wire.Chains(estate, answer, max)));
    }

    private static async Task<Results<Ok<ExplainAnswer>, ProblemHttpResult>> ExplainAsync(
        string? identity, string? action, string? resource, string? asOf, int? chains, Past past, CancellationToken cancellationToken)
    {
        if (chains is < 1 or > ChainsMax)
        {
            return Problems.Of(400, "LS3019", $"`chains` is {chains}; ask for 1 to {ChainsMax}");
        }

        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        var (who, nobody) = notThen is null ? Lookup.Identity(estate, identity) : (null, null);
        var (what, nothing) = who is not null ? Lookup.Resource(estate, resource, action) : (null, null);
        if (who is null || what is null)
        {
            return (notThen ?? nobody ?? nothing)!;
        }

        var target = new AccessTarget(what, Lookup.Action(estate, what, action ?? string.Empty));
        var count = chains ?? ChainsUsual;
        var answer = estate.Graph.Chains(who.Id, target, count, at, QueryLimits.Default, cancellationToken);
        return TypedResults.Ok(new ExplainAnswer(
            Wire.Node(estate, who.Id), Wire.Node(estate, what), target.Action, answer.Value.Count > 0, Wire.Chains(estate, answer),
            answer.Value.Count == count));
    }

    private static async Task<Results<Ok<ResidualAnswer>, ProblemHttpResult>> ResidualAsync(
        string? identity, string? asOf, Past past, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        if (notThen is not null)
        {
            return notThen;
        }

        IReadOnlyList<Node> identities;
        if (string.IsNullOrEmpty(identity))
        {
            identities = [.. estate.NodesOf(NodeKinds.Identity).Where(n => n.State != NodeState.Active).OrderBy(n => n.Id)];
        }
        else
        {
            var (found, unknown) = Lookup.Identity(estate, identity);
            if (found is null)
            {
                return unknown!;
            }

            identities = [found];
        }

        var residual = identities.SelectMany(i => Of(estate, i, at, cancellationToken)).ToList();
        return TypedResults.Ok(new ResidualAnswer(at, Wire.NotSeen(estate), residual));
    }

    private static IEnumerable<Client.ResidualAccess> Of(
        IEstate estate, Node identity, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var live = estate.Graph.AccessOf(identity.Id, at, QueryLimits.Default, cancellationToken).Value;
        var latent = estate.GraphAsIfActive.AccessOf(identity.Id, at, QueryLimits.Default, cancellationToken).Value;
        var works = live.Select(c => c.Target).ToHashSet();
        var view = Wire.Node(estate, identity.Id);
        return
        [
            .. live.Select(c => new Client.ResidualAccess(view, IsLatent: false, DenialBound.Of(c).Reason, Wire.Chain(estate, c))),
            .. latent.Where(c => !works.Contains(c.Target)).Select(c => new Client.ResidualAccess(
                view, IsLatent: true, "does not work now; comes back when an account on the way is enabled again", Wire.Chain(estate, c))),
        ];
    }
}
