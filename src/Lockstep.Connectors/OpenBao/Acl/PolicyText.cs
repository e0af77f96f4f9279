using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>Reads a policy, in HCL or JSON, into its rules.</summary>
internal static class PolicyText
{
    /// <summary>Reads.</summary>
    /// <exception cref="FormatException">The text is not a policy; without quoting it.</exception>
    public static IReadOnlyList<AclRule> Read(string policy, string text) =>
        [.. (text.AsSpan().TrimStart().StartsWith('{') ? OfJson(text) : OfHcl(text)).Select(p => RuleOf(policy, p.Path, p.Body))];

    private static IEnumerable<(string Path, JsonObject Body)> OfHcl(string text) => HclText.Read(text)
        .Where(item => item.Key == "path")
        .SelectMany(item => item switch
        {
            { Labels: [var path], Value: JsonObject body } => [(path, body)],
            { Labels: [], Value: JsonObject paths } => Bodies(paths),
            _ => throw new FormatException("a `path` has no body"),
        });

    private static IEnumerable<(string Path, JsonObject Body)> OfJson(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["path"] switch
            {
                JsonObject paths => [.. Bodies(paths)],
                JsonArray list => [.. list.OfType<JsonObject>().SelectMany(Bodies)],
                null => [],
                _ => throw new FormatException("`path` is neither an object nor a list"),
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException("the policy is not JSON", broken);
        }
    }

    private static IEnumerable<(string Path, JsonObject Body)> Bodies(JsonObject paths) => paths.SelectMany(p => p.Value switch
    {
        JsonObject body => [(p.Key, body)],
        JsonArray bodies => bodies.OfType<JsonObject>().Select(body => (p.Key, body)),
        _ => throw new FormatException("a `path` has no body"),
    });

    private static AclRule RuleOf(string policy, string written, JsonObject body)
    {
        var (path, kind) = AclRule.Classify(written);
        var capabilities = AclWords.OfShorthand(Text(body["policy"]));
        foreach (var word in Strings(body["capabilities"]))
        {
            capabilities |= AclWords.Of(word);
        }

        var rule = new AclRule { Policy = policy, Path = path, Kind = kind, Capabilities = capabilities, Expiration =
            At(body["expiration"]) };
        return capabilities.HasFlag(AclCapabilities.Deny) ? rule with { Capabilities = AclCapabilities.Deny } : rule with
        {
            Allowed = Parameters(body["allowed_parameters"]),
            Denied = Parameters(body["denied_parameters"]),
            Required = [.. Strings(body["required_parameters"])],
            MinWrapping = Duration(body["min_wrapping_ttl"]),
            MaxWrapping = Duration(body["max_wrapping_ttl"]),
        };
    }

    private static Dictionary<string, IReadOnlyList<JsonNode?>>? Parameters(JsonNode? node)
    {
        if (node is not JsonObject map)
        {
            return null;
        }

        var found = new Dictionary<string, IReadOnlyList<JsonNode?>>(StringComparer.Ordinal);
        foreach (var (name, values) in map)
        {
            found[name.ToLowerInvariant()] = values is JsonArray list ? [.. list] : [];
        }

        return found;
    }

    private static IEnumerable<string> Strings(JsonNode? node) => node is JsonArray list ? list.Select(Text).OfType<string>() : [];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static DateTimeOffset? At(JsonNode? node) => DateTimeOffset.TryParse(
        Text(node), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
            : null;

    /// <summary>Seconds as a number or as text, or Go's way to write a duration, such as <c>1h30m</c>.</summary>
    private static TimeSpan Duration(JsonNode? node)
    {
        var text = Text(node) ?? node?.ToJsonString() ?? "0";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        var (total, from) = (TimeSpan.Zero, 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsDigit(text[at]))
            {
                continue;
            }

            var count = int.TryParse(text.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var c)
                ? c : throw new FormatException("a duration cannot be read");
            total += text[at] switch
            {
                's' => TimeSpan.FromSeconds(count), 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count), _ => throw new FormatException("a duration cannot be read"),
            };
            from = at + 1;
        }

        return total;
    }
}
