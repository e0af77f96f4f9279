using Lockstep.Server.Api;

namespace Lockstep.Server.Access;

/// <summary>Looks at every request before its endpoint does: who is asking, and whether they may.</summary>
internal sealed class AccessGate(RequestDelegate next, TokenStore tokens)
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
        else if (required?.Action is not { } action || !Access.May(caller.Role, action))
        {
            var detail = $"token `{caller.Name}` has the role {Words.Of(caller.Role)}, which may not {required?.Action ?? "call this"}";
            await Problems.Of(403, "LS3002", detail).ExecuteAsync(context);
        }
        else
        {
            context.Features.Set(caller);
            await next(context);
        }
    }

    private static string? BearerOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }
}
