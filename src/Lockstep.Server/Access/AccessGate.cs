using Lockstep.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lockstep.Server.Access;

/// <summary>Looks at every request before its endpoint does: who is asking, and whether they may.</summary>
internal sealed class AccessGate(RequestDelegate next, TokenStore tokens, AccessPolicies policies)
{
    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            await Problems.Of(404, "LS3008", "there is nothing at this address; see /docs").ExecuteAsync(context);
            return;
        }

        var required = endpoint.Metadata.GetMetadata<RequiredAction>();
        if (required is { Action: null })
        {
            await next(context);
        }
        else if (tokens.Find(BearerOf(context.Request)) is not { } caller)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Of(401, "LS3001", "a valid token is needed: `Authorization: Bearer lst_...`").ExecuteAsync(context);
        }
        else if (policies.Refuse(caller, required?.Action, context.Connection.RemoteIpAddress) is { } why)
        {
            await Refusal(caller, required?.Action ?? "call this", why).ExecuteAsync(context);
        }
        else
        {
            context.Features.Set(caller);
            await next(context);
        }
    }

    /// <summary>Refuses what a caller that passed the gate may not do besides; <see langword="null"/> if it may.</summary>
    internal static ProblemHttpResult? Refuse(HttpContext context, AccessPolicies policies, string action) =>
        policies.Refuse(Caller.Of(context), action, context.Connection.RemoteIpAddress) is { } why
            ? Refusal(Caller.Of(context), action, why)
            : null;

    private static ProblemHttpResult Refusal(Caller caller, string action, string why) =>
        Problems.Of(403, "LS3002", $"token `{caller.Name}` (role {caller.Role}) may not {action}: {why}");

    private static string? BearerOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }
}
