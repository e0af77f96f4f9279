using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Lockstep.Server.Decisions;

/// <summary>Which page of a search is asked for. A token belongs to its query: with another one it is refused.</summary>
/// <param name="After">The id after which the page begins; empty for the first.</param>
/// <param name="Limit">How many results at most.</param>
/// <param name="Query">What makes the query this query.</param>
internal sealed record PageToken(string After, int Limit, string Query)
{
    private const int LimitMax = 1_000;
    private const int TokenLengthMax = 4_096;
    private static readonly string[] QueryParts = ["subject", "action", "resource", "context"];

    /// <summary>Reads the member <c>page</c> of a search.</summary>
    /// <exception cref="QuestionException">It cannot be read, or its token is another query's.</exception>
    public static PageToken Read(string search, JsonElement body)
    {
        var query = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(search + string.Concat(
            QueryParts.Select(n => $"\n{n}={(QuestionReader.Optional(body, n) is { } part ? part.GetRawText() : string.Empty)}")))))[..16];
        if (QuestionReader.Optional(body, "page") is not { } page)
        {
            return new(string.Empty, LimitMax, query);
        }

        if (page.ValueKind != JsonValueKind.Object)
        {
            throw new QuestionException("page", "is not an object");
        }

        return new(ReadAfter(page, query), ReadLimit(page), query);
    }

    /// <summary>Writes the token of the page after <paramref name="last"/>.</summary>
    public string Next(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Query}|{last}"));

    private static int ReadLimit(JsonElement page) => QuestionReader.Optional(page, "limit") is not { } limit ? LimitMax
        : limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var count) && count >= 1 ? Math.Min(count, LimitMax)
        : throw new QuestionException("page.limit", "is not a whole number from 1 on");

    private static string ReadAfter(JsonElement page, string query)
    {
        if (QuestionReader.Optional(page, "token") is not { } given)
        {
            return string.Empty;
        }

        var token = given.ValueKind == JsonValueKind.String ? given.GetString()! : throw new QuestionException("page.token", "is not a string");
        if (token.Length == 0)
        {
            return string.Empty;
        }

        if (token.Length > TokenLengthMax || !Base64Url.IsValid(token))
        {
            throw new QuestionException("page.token", "is none that was given out");
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('|', 2);
        return parts.Length == 2 && parts[0] == query ? parts[1]
            : throw new QuestionException("page.token", "belongs to another query; begin again without it");
    }
}
