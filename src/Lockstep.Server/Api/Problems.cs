using Lockstep.Client;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lockstep.Server.Api;

/// <summary>Makes the API's answers to what cannot be answered (RFC 9457), each with a diagnostic code.</summary>
internal static class Problems
{
    internal static ProblemHttpResult Of(int status, string code, string detail, IReadOnlyList<NodeView>? choices = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (choices is not null)
        {
            extensions["choices"] = choices;
        }

        return TypedResults.Problem(detail, statusCode: status, type: $"urn:lockstep:diagnostic:{code}", extensions: extensions);
    }

    /// <summary>Answers a request that broke on the way: malformed by the caller, or a bug of ours that is logged and not shown.</summary>
    internal static async Task HandleAsync(HttpContext context)
    {
        var error = context.Features.Get<Microsoft.AspNetCore.Diagnostics.IExceptionHandlerFeature>()?.Error;
        var problem = error switch
        {
            BadHttpRequestException { StatusCode: 413 } => Of(413, "LS3009", "the request is longer than 64 KiB"),
            BadHttpRequestException { InnerException: System.Text.Json.JsonException json } => Of(400, "LS3003", Explain(json)),
            BadHttpRequestException bad => Of(bad.StatusCode, "LS3003", $"the request cannot be read: {bad.Message}"),
            _ => Of(500, "LS3010", "an unexpected failure in Lockstep; the server's log says more"),
        };
        await problem.ExecuteAsync(context);
    }

    private static string Explain(System.Text.Json.JsonException json) =>
        json.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? $"the body has a field that is not known here: {json.Path}"
            : $"the body is not what was expected at {json.Path ?? "$"}";
}
