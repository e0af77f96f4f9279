using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lockstep.Client;
using Lockstep.Server.Access;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;
using Microsoft.AspNetCore.Http.Features;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>OpenID AuthZEN Authorization API 1.0: evaluation, evaluations, searches and discovery.</summary>
internal static class DecisionEndpoints
{
    private const string Base = "/access/v1";
    internal const int BatchBytesMax = 1024 * 1024;

    internal static void MapDecisions(this IEndpointRouteBuilder app)
    {
        var access = app.MapGroup(Base).WithTags("Decisions");
        access.MapPost("/evaluation", EvaluateAsync).WithName("Evaluate").WithSummary(
            "Whether a subject may do an action on a resource, and why").Produces<EvaluationAnswer>().Require(Decide);
        access.MapPost("/evaluations", EvaluateManyAsync).WithName("EvaluateMany").WithSummary(
            "The same for many questions at once").Produces<EvaluationsAnswer>().Require(Decide);
        access.MapPost("/search/subject", SearchSubjectsAsync).WithName("SearchSubjects").WithSummary(
            "Which subjects may do an action on a resource").Produces<SearchAnswer<EvaluationParty>>().Require(Decide);
        access.MapPost("/search/resource", SearchResourcesAsync).WithName("SearchResources").WithSummary(
            "On which resources a subject may do an action").Produces<SearchAnswer<EvaluationParty>>().Require(Decide);
        access.MapPost("/search/action", SearchActionsAsync).WithName("SearchActions").WithSummary(
            "Which actions a subject may do on a resource").Produces<SearchAnswer<EvaluationAction>>().Require(Decide);
        app.MapGet("/.well-known/authzen-configuration", Discover).WithName("DiscoverDecisions").WithTags("Decisions").WithSummary(
            "Where the decision point is; needs no token").Produces<DecisionPointConfiguration>().OpenToAll();
    }

    private static Task<IResult> EvaluateAsync(HttpContext context, DecisionPoint point, DecisionLog log) =>
        AnswerAsync(context, WireJson.Default.EvaluationAnswer, body => Evaluate(context, point.Begin(), log, body));

    private static EvaluationAnswer Evaluate(HttpContext context, DecisionRound round, DecisionLog log, JsonElement body)
    {
        var verdict = round.Decide(new QuestionReader(round).Read(body), Asked(round, context));
        log.Note(round, verdict, Caller.Of(context).By);
        return VerdictWire.Answer(round, verdict);
    }

    private static Task<IResult> EvaluateManyAsync(HttpContext context, DecisionPoint point, DecisionLog log)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BatchBytesMax;
        }

        return AnswerAsync(context, body =>
        {
            var round = point.Begin();
            return DecisionBatch.Read(body) is { } batch
                ? TypedResults.Json(
                    batch.Answer(round, Asked(round, context), v => log.Note(round, v, Caller.Of(context).By)),
                    WireJson.Default.EvaluationsAnswer)
                : TypedResults.Json(Evaluate(context, round, log, body), WireJson.Default.EvaluationAnswer);
        });
    }

    private static Task<IResult> SearchSubjectsAsync(HttpContext context, DecisionPoint point) => AnswerAsync(
        context, WireJson.Default.SearchAnswerEvaluationParty, body => new Searches(point.Begin(), context.RequestAborted).Subjects(body));

    private static Task<IResult> SearchResourcesAsync(HttpContext context, DecisionPoint point) => AnswerAsync(
        context, WireJson.Default.SearchAnswerEvaluationParty, body => new Searches(point.Begin(), context.RequestAborted).Resources(body));

    private static Task<IResult> SearchActionsAsync(HttpContext context, DecisionPoint point) => AnswerAsync(
        context, WireJson.Default.SearchAnswerEvaluationAction, body => new Searches(point.Begin(), context.RequestAborted).Actions(body));

    private static IResult Discover(LockstepConfig config)
    {
        if (config.PublicAddress is not { } address)
        {
            return Problems.Of(404, "LS3020", "set `server.publicAddress` to the https address by which others reach this server");
        }

        var own = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return TypedResults.Json(
            new DecisionPointConfiguration(
                own, $"{own}{Base}/evaluation", $"{own}{Base}/evaluations", $"{own}{Base}/search/subject", $"{own}{Base}/search/resource",
                $"{own}{Base}/search/action"),
            WireJson.Default.DecisionPointConfiguration);
    }

    internal static Reach.Asked Asked(DecisionRound round, HttpContext context) =>
        new(round.Picture.Estate.Graph, round.At, context.RequestAborted);

    internal static Task<IResult> AnswerAsync<T>(HttpContext context, JsonTypeInfo<T> shape, Func<JsonElement, T> answer) =>
        AnswerAsync(context, body => TypedResults.Json(answer(body), shape));

    private static async Task<IResult> AnswerAsync(HttpContext context, Func<JsonElement, IResult> answer)
    {
        try
        {
            using var body = await AskedBody.ReadAsync(context);
            return answer(body.RootElement);
        }
        catch (QuestionException e)
        {
            return Problems.Of(400, "LS3021", e.Message);
        }
    }
}
