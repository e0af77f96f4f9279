using System.Net.Http.Headers;
using System.Text.Json;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Api;

/// <summary>Reads the body of an AuthZEN request by hand, since the standard wants 400 where the framework says 415.</summary>
internal static class AskedBody
{
    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };

    /// <summary>Reads the JSON object of the body.</summary>
    /// <exception cref="QuestionException">It is no JSON object, or not said to be JSON in UTF-8.</exception>
    internal static async Task<JsonDocument> ReadAsync(HttpContext context)
    {
        if (!IsJson(context.Request.ContentType))
        {
            throw new QuestionException("Content-Type", "is not `application/json` in UTF-8");
        }

        JsonDocument json;
        try
        {
            json = await JsonDocument.ParseAsync(context.Request.Body, Options, context.RequestAborted);
        }
        catch (JsonException e)
        {
            throw new QuestionException(
                "body", $"is not JSON, nested too deep, or has a member twice (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})");
        }

        if (json.RootElement.ValueKind == JsonValueKind.Object)
        {
            return json;
        }

        json.Dispose();
        throw new QuestionException("body", "is not a JSON object");
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
