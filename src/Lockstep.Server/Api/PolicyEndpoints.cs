using Lockstep.Client;
using Lockstep.Server.Access;
using Lockstep.Server.Decisions;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>The policies by which access is decided.</summary>
internal static class PolicyEndpoints
{
    internal static void MapPolicy(this IEndpointRouteBuilder app)
    {
        var policy = app.MapGroup("/v1/policy").WithTags("Policy");
        policy.MapGet(string.Empty, View).WithName("GetPolicy").WithSummary(
            "Which policies decide, and what is wrong with newer ones").Require(ReadPolicy);
        policy.MapPost("/reload", ReloadAsync).WithName("ReloadPolicy").WithSummary(
            "Reads the policies again; if anything is wrong with them, the old ones decide on").Require(ReloadPolicy);
    }

    private static async Task<Ok<PolicyView>> ReloadAsync(
        HttpContext context, PolicyHolder policies, AccessPolicies access, DecisionLog log, CancellationToken cancellationToken)
    {
        var by = Caller.Of(context).By;
        var problems = (await policies.LoadAsync(by, cancellationToken)).Concat(await access.LoadAsync(by, cancellationToken));
        return TypedResults.Ok(View(policies, access, log) with { Problems = [.. problems.Select(p => p.ToString())] });
    }

    private static PolicyView View(PolicyHolder policies, AccessPolicies access, DecisionLog log)
    {
        var (loaded, own) = (policies.Loaded, access.Holder.Loaded);
        return new(
            loaded.Policies.Digest, loaded.Since, loaded.Policies.Policies.Policies.Length, loaded.Policies.Files,
            [.. loaded.Problems.Concat(own.Problems).Select(p => p.ToString())], log.Logged, log.Lost,
            new(own.Policies.Digest, own.Since, own.Policies.Policies.Policies.Length, own.Policies.Files, access.Roles));
    }
}
