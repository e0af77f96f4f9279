using Lockstep.Client;
using Lockstep.Server.Access;
using Lockstep.Server.Guardrails;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>What must never be, whether it is, and whether a change would make it so.</summary>
internal static class GuardrailEndpoints
{
    private const int WhatIfBytesMax = 20 * 1024 * 1024;

    internal static void MapGuardrails(this IEndpointRouteBuilder app)
    {
        var guardrails = app.MapGroup("/v1/guardrails").WithTags("Guardrails");
        guardrails.MapGet(string.Empty, ViewAsync).WithName("GetGuardrails").WithSummary(
            "The guardrails, how each stands, and who violates it by which chain").Require(ReadEstate);
        guardrails.MapPost("/reload", ReloadAsync).WithName("ReloadGuardrails").WithSummary(
            "Reads the guardrails again; if anything is wrong with them, the old ones run on").Require(ReloadPolicy);
        guardrails.MapPost("/what-if", WhatIfAsync).WithName("WhatIf").WithSummary(
            "What a change of fact files would violate; writes nothing").WithMetadata(new BodyLimit(WhatIfBytesMax)).Require(ReadEstate);
    }

    private static async Task<Results<Ok<GuardrailsAnswer>, ProblemHttpResult>> ViewAsync(
        string? asOf, Past past, GuardrailHolder guardrails, GuardrailBook book, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        return notThen is not null
            ? notThen
            : TypedResults.Ok(GuardrailWire.Answer(estate, guardrails.Loaded, await book.ReportAsync(estate, at, cancellationToken)));
    }

    private static async Task<Ok<GuardrailsAnswer>> ReloadAsync(
        HttpContext context, GuardrailHolder guardrails, GuardrailBook book, EstateHolder holder, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = await guardrails.LoadAsync(Caller.Of(context).By, cancellationToken);
        var estate = holder.Current;
        var report = await book.ReportAsync(estate, time.GetUtcNow(), cancellationToken);
        return TypedResults.Ok(GuardrailWire.Answer(estate, guardrails.Loaded, report) with { Problems = [.. problems.Select(p => p.ToString())] });
    }

    private static async Task<Results<Ok<WhatIfAnswer>, ProblemHttpResult>> WhatIfAsync(
        WhatIfRequest request, GuardrailHolder guardrails, GuardrailBook book, EstateHolder holder, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (guardrails.Current.Guardrails.Count == 0)
        {
            return Problems.Of(409, "LS6096", "no guardrails run here, so nothing would be checked; name their files in `policy.guardrails`");
        }

        if (!Config.ConfigFile.IsSystemName(request.System))
        {
            return Problems.Of(400, "LS3003", "`system` is no name of a system");
        }

        var at = time.GetUtcNow();
        var texts = new FactTexts(request.System);
        var facts = request.Files.SelectMany(texts.Read).ToList();
        if (texts.Problems.Count > 0)
        {
            return TypedResults.Ok(new WhatIfAnswer(at, texts.Problems, [], [], [], 0));
        }

        var (estate, fork) = holder.Fork();
        var now = await book.CheckAsync(estate, at, cancellationToken);
        var then = now.Again(WhatIf.Of(fork, estate, request.System, facts, request.Replaces, at), at, cancellationToken);
        return TypedResults.Ok(GuardrailWire.Difference(now.Estate, book.Report(now), then.Estate, book.Report(then), then.Asked));
    }

    /// <summary>How long a request's body may be, where it may be longer than others.</summary>
    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
