using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Adversary;

/// <summary>An answer as curl saw it.</summary>
/// <param name="Status">HTTP status; 0 where there was none.</param>
/// <param name="Token">The header <c>X-Subject-Token</c>, where there was one.</param>
/// <param name="Text">The body.</param>
internal sealed record CurlAnswer(int Status, string Token, string Text)
{
    public JsonNode? Body => Parse(Text);

    /// <summary>2xx works; 401, 403 and 404 are refusals; everything else, 500 before all, says nothing.</summary>
    public Answer Judge(string what)
    {
        var verdict = Status switch
        {
            >= 200 and < 300 => AdversaryVerdict.Works,
            401 or 403 or 404 => AdversaryVerdict.Refused,
            _ => AdversaryVerdict.Unclear,
        };
        return new Answer(verdict, string.Create(CultureInfo.InvariantCulture, $"{what}: HTTP {Status}"));
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>curl with everything in a configuration on standard input, so that nothing secret stands in its arguments.</summary>
internal static class CurlClient
{
    public static async Task<CurlAnswer> SendAsync(
        string method, string url, string token = "", JsonNode? body = null, string accept = "*/*", string tokenHeader = "X-Auth-Token")
    {
        var config = new StringBuilder();
        config.Append(CultureInfo.InvariantCulture, $"silent\ninclude\nmax-time = 15\nrequest = {Quote(method)}\nurl = {Quote(url)}\n");
        config.Append(CultureInfo.InvariantCulture, $"noproxy = \"*\"\nheader = {Quote("Accept: " + accept)}\n");
        if (token.Length > 0)
        {
            config.Append(CultureInfo.InvariantCulture, $"header = {Quote($"{tokenHeader}: {token}")}\n");
        }

        if (body is not null)
        {
            config.Append(CultureInfo.InvariantCulture,
                $"header = \"Content-Type: application/json\"\ndata = {Quote(body.ToJsonString())}\n");
        }

        var result = await CommandRun.TryAsync("curl", ["--disable", "--config", "-"], config.ToString(),
            longest: TimeSpan.FromSeconds(20));
        return Read(result.Output);
    }

    private static CurlAnswer Read(string output)
    {
        var end = output.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || output.Split(' ') is not [_, var code, ..]
            || !int.TryParse(code.AsSpan(0, 3), CultureInfo.InvariantCulture, out var status))
        {
            return new CurlAnswer(0, "", "");
        }

        const string Header = "x-subject-token:";
        var token = output[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith(Header, StringComparison.OrdinalIgnoreCase))
            ?? Header;
        return new CurlAnswer(status, token[Header.Length..].Trim(), output[(end + 4)..]);
    }

    private static string Quote(string value)
    {
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
