using Lockstep.Client;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Findings;
using Lockstep.Server.Guardrails;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>What is worth a person's attention.</summary>
internal static class ReconciliationEndpoints
{
    internal static void MapReconciliation(this IEndpointRouteBuilder app) =>
        app.MapGet("/v1/findings", FindingsAsync).WithName("GetFindings").WithTags("Reconciliation")
            .WithSummary("The findings, the worst first").Require(ReadEstate);

    private static async Task<Results<Ok<FindingsAnswer>, ProblemHttpResult>> FindingsAsync(
        string? asOf, Past past, GuardrailBook guardrails, CancellationToken cancellationToken)
    {
        var (estate, at, notThen) = await past.AtAsync(asOf, cancellationToken);
        if (notThen is not null)
        {
            return notThen;
        }

        var since = (estate as Estate)?.FindingsSince ?? new Dictionary<string, DateTimeOffset>();
        var violations = (await guardrails.ReportAsync(estate, at, cancellationToken)).Violations;
        var findings = FindingRules.Apply(estate, at, FindingPolicy.Default, since, violations, cancellationToken);
        return TypedResults.Ok(new FindingsAnswer(at, Wire.NotSeen(estate), [.. findings.Select(f => Wire.Finding(estate, f))]));
    }
}
