using Lockstep.Client;
using Lockstep.Graph;
using Lockstep.Server.Access;
using Lockstep.Server.Decisions;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>Questions about policies: why, what if not all is known, and what others would change.</summary>
internal static class PolicyQuestionEndpoints
{
    private const int FlipsUnlessSaid = 100;
    private const int FlipsMax = 10_000;

    internal static void MapPolicyQuestions(this IEndpointRouteBuilder app)
    {
        var policy = app.MapGroup("/v1/policy").WithTags("Policy");
        policy.MapPost("/explain", ExplainAsync).WithName("ExplainDecision").WithSummary(
            "A decision, and what would have to be different for another one").Produces<ExplainedEvaluation>().Require(ReadPolicy);
        policy.MapPost("/partial", AskPartiallyAsync).WithName("AskPartially").WithSummary(
            "Which policies could apply when not all is known, and what they would need to know").Produces<PartialVerdict>().Require(ReadPolicy);
        policy.MapPost("/impact", Preview).WithName("PreviewPolicy").WithSummary(
            "Which decisions other policies would change; nothing is changed").Require(PreviewPolicy)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(DecisionEndpoints.BatchBytesMax));
    }

    private static Task<IResult> ExplainAsync(HttpContext context, DecisionPoint point, DecisionLog log) =>
        DecisionEndpoints.AnswerAsync(context, WireJson.Default.ExplainedEvaluation, body =>
        {
            var round = point.Begin();
            var reach = DecisionEndpoints.Asked(round, context);
            var verdict = round.Decide(new QuestionReader(round).Read(body), reach);
            log.Note(round, verdict, Caller.Of(context).By);
            return Why.Explain(round, verdict, reach);
        });

    private static Task<IResult> AskPartiallyAsync(HttpContext context, DecisionPoint point) =>
        DecisionEndpoints.AnswerAsync(context, WireJson.Default.PartialVerdict, body =>
        {
            var round = point.Begin();
            return PartialQuestions.Answer(round, body, DecisionEndpoints.Asked(round, context));
        });

    private static Results<Ok<ImpactAnswer>, ProblemHttpResult> Preview(
        ImpactQuestion request, DecisionPoint point, PolicyHolder policies, AccessPolicies access, TokenStore tokens, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (request.Files.Count == 0 || request.Max is < 1 or > FlipsMax)
        {
            return Problems.Of(400, "LS3003", $"`files` must name one file or more, `max` must be 1 to {FlipsMax}");
        }

        var max = request.Max ?? FlipsUnlessSaid;
        switch ((request.Own ? access.Holder : policies).Try(request.Files))
        {
            case PolicyReading.Bad bad:
                return TypedResults.Ok(new ImpactAnswer([.. bad.Problems.Select(p => p.ToString())], [], [], [], [], 0, 0, null, []));
            case PolicyReading.Good { Policies: var then } when request.Own:
                return TypedResults.Ok(AccessImpact.Find(access, tokens, then, max));
            case PolicyReading.Good { Policies: var then }:
                return Decide(request, point, then, time, max, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown reading.");
        }
    }

    private static Results<Ok<ImpactAnswer>, ProblemHttpResult> Decide(
        ImpactQuestion request, DecisionPoint point, RunningPolicies then, TimeProvider time, int max, CancellationToken cancellationToken)
    {
        var now = point.Begin();
        var subjects = now.Picture.EntitiesOf(NodeKinds.Identity);
        if (request.Subject is { } name)
        {
            var (identity, unknown) = Lookup.Identity(now.Picture.Estate, name);
            if (identity is null)
            {
                return unknown!;
            }

            subjects = [EntityNames.Of(identity.Id)];
        }

        NodeId? resource = null;
        if (request.Resource is { } wanted)
        {
            (resource, var unknown) = Lookup.Resource(now.Picture.Estate, wanted, request.Action);
            if (resource is null)
            {
                return unknown!;
            }
        }

        return TypedResults.Ok(new Impact(now, point.With(then, now), time).Find(subjects, request.Action, resource, max, cancellationToken));
    }
}
