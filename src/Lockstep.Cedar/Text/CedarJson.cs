using System.Text.Json;

namespace Lockstep.Cedar.Text;

/// <summary>Small strict steps for reading JSON documents.</summary>
internal static class CedarJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = CedarLimits.JsonDepthMax, AllowDuplicateProperties = false };

    public static JsonDocument Parse(string json)
    {
        if (json.Length > CedarLimits.TextLengthMax)
        {
            throw new CedarException("LS6002", $"document of {json.Length} characters is longer than {CedarLimits.TextLengthMax}");
        }

        try
        {
            return JsonDocument.Parse(json, Options);
        }
        catch (ArgumentException)
        {
            throw new CedarException("LS6010", "document is not JSON", "text holds half of a surrogate pair");
        }
        catch (JsonException fault)
        {
            var line = (int)(fault.LineNumber ?? -1) + 1;
            throw new CedarException([new CedarDiagnostic("LS6010", "document is not JSON", line, (int)(fault.BytePositionInLine ?? 0) + 1)
            {
                Hint = fault.Message.Split(" LineNumber")[0].TrimEnd('.'),
            }]);
        }
    }

    public static CedarException Fault(string message, string? hint = null) => new("LS6011", message, hint);

    public static JsonElement.ObjectEnumerator Object(JsonElement json, string what) =>
        json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : throw Fault($"{what} is a {Kind(json)} and not an object");

    public static JsonElement.ArrayEnumerator Array(JsonElement json, string what) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : throw Fault($"{what} is a {Kind(json)} and not a list");

    public static string Text(JsonElement json, string what)
    {
        if (json.ValueKind != JsonValueKind.String)
        {
            throw Fault($"{what} is a {Kind(json)} and not a string");
        }

        try
        {
            var text = json.GetString()!;
            return text.Length <= CedarLimits.StringLengthMax ? text
                : throw new CedarException("LS6002", $"string is longer than {CedarLimits.StringLengthMax} characters");
        }
        catch (InvalidOperationException)
        {
            throw Fault($"{what} holds half of a surrogate pair");
        }
    }

    public static JsonElement Required(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value
            : throw Fault($"field `{name}` is missing");

    public static IEnumerable<JsonProperty> RequiredObject(JsonElement json, string name) => Object(Required(json, name), name);

    public static IEnumerable<JsonProperty> OptionalObject(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? Object(value, name) : [];

    public static IEnumerable<JsonElement> OptionalArray(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Array(value, name) : [];

    public static void Only(JsonElement json, string what, params string[] names)
    {
        foreach (var property in Object(json, what))
        {
            if (System.Array.IndexOf(names, property.Name) < 0)
            {
                throw Fault($"{what} has a field `{property.Name}` that means nothing", Spelling.Hint(property.Name, names));
            }
        }
    }

    public static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "truth value",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "list",
        _ => "object",
    };
}
