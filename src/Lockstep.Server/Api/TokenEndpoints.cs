using System.Text.Json.Nodes;
using Lockstep.Client;
using Lockstep.Ledger;
using Lockstep.Server.Access;
using Microsoft.AspNetCore.Http.HttpResults;
using static Lockstep.Server.Access.Access;

namespace Lockstep.Server.Api;

/// <summary>Tokens of the API itself.</summary>
internal static class TokenEndpoints
{
    private const int DaysMax = 366;
    private const int DaysUnlessSaid = 90;

    internal static void MapTokens(this IEndpointRouteBuilder app)
    {
        var tokens = app.MapGroup("/v1/tokens").WithTags("Tokens");
        tokens.MapGet("/", (TokenStore store) => TypedResults.Ok(new TokenList(store.List())))
            .WithName("GetTokens").WithSummary("The tokens, without their values").Require(ReadTokens);
        tokens.MapPost("/", CreateAsync).WithName("CreateToken").WithSummary("Makes a token and shows it this once").Require(WriteTokens);
        tokens.MapDelete("/{id}", RevokeAsync).WithName("RevokeToken").WithSummary("Ends a token, by id or name").Require(WriteTokens);
    }

    private static async Task<Results<Ok<TokenCreated>, ProblemHttpResult>> CreateAsync(
        CreateToken request, TokenStore store, AccessPolicies policies, ILedger ledger, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (request.Name.Length is 0 or > 64 || request.Name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            return Problems.Of(400, "LS3003", "`name` must be 1 to 64 characters without white space");
        }

        if (policies.Roles is var roles && roles.FirstOrDefault(r => r.Equals(request.Role, StringComparison.OrdinalIgnoreCase)) is not { } role)
        {
            return Problems.Of(400, "LS3003", $"`role` is none of those that the policies name: {string.Join(", ", roles)}");
        }

        if (request.Days is <= 0 or > DaysMax)
        {
            return Problems.Of(400, "LS3003", $"`days` must be 1 to {DaysMax}");
        }

        var said = new JsonObject { ["name"] = request.Name, ["role"] = role };
        await ledger.AppendAsync([LedgerDraft.Of("token.created", By(context), said)], Durability.Intent, cancellationToken);
        return store.Create(request.Name, role, TimeSpan.FromDays(request.Days ?? DaysUnlessSaid)) is { } created
            ? TypedResults.Ok(created)
            : Problems.Of(409, "LS3015", $"there is or was a token called `{request.Name}`; names are not used twice");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        string id, AccessPolicies policies, ILedger ledger, HttpContext context, CancellationToken cancellationToken)
    {
        var ending = await policies.RevokeAsync(id, token => ledger.AppendAsync(
            [LedgerDraft.Of("token.revoked", By(context), new JsonObject { ["token"] = token })], Durability.Intent, cancellationToken),
            cancellationToken);
        return ending switch
        {
            TokenEnding.Ended => TypedResults.NoContent(),
            TokenEnding.LastAdmin => Problems.Of(
                409, "LS3022", $"`{id}` is the last token that may {WriteTokens}; make another first: lockstep token create NAME --role admin"),
            _ => Problems.Of(404, "LS3008", "no token that is not ended has this id or name"),
        };
    }

    private static string By(HttpContext context) => Caller.Of(context).By;
}
