using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lockstep.Server.Config;

/// <summary>
/// Writes the JSON Schema of <c>lockstep.yaml</c> from the tables that the file is read by, so that the two cannot differ.
/// </summary>
internal static class ConfigSchema
{
    private const string SystemNames = "^[a-z][a-z0-9-]{0,62}$";

    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the schema, ending in a line end.</summary>
    internal static string Write()
    {
        var schema = Object(ConfigFile.TopKeys);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "lockstep.yaml");
        schema["$defs"] = new JsonObject { ["secret"] = Secret() };
        return schema.ToJsonString(Format) + "\n";
    }

    private static JsonObject Object(IReadOnlyList<ConfigKey> keys)
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            var value = Value(key);
            value["description"] = key.About;
            properties[key.Name] = value;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray([.. keys.Where(k => k.IsRequired).Select(k => (JsonNode)k.Name)]),
            ["properties"] = properties,
        };
    }

    private static JsonObject Value(ConfigKey key) => key.Type switch
    {
        ConfigType.Nested => Nested(key.SchemaOf),
        ConfigType.Number when key.Name == "version" => new() { ["const"] = 1 },
        ConfigType.Number when key.Max != int.MaxValue => new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = key.Max },
        ConfigType.Number => new() { ["type"] = "integer", ["minimum"] = 1 },
        ConfigType.Integer => new() { ["type"] = "integer", ["minimum"] = -1 },
        ConfigType.Flag => new() { ["type"] = "boolean" },
        ConfigType.Duration => new() { ["type"] = "string", ["pattern"] = "^[1-9][0-9]*[smhd]$" },
        ConfigType.TextList => new() { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 } },
        ConfigType.TextMap =>
            new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string", ["minLength"] = 1 } },
        ConfigType.Secret => new() { ["$ref"] = "#/$defs/secret" },
        ConfigType.Address => new() { ["type"] = "string", ["format"] = "uri" },
        _ when key.Choices.Count > 0 => new() { ["enum"] = new JsonArray([.. key.Choices.Select(c => (JsonNode)c)]) },
        _ => new() { ["type"] = "string", ["minLength"] = 1 },
    };

    private static JsonObject Nested(string? what) => what switch
    {
        "server" => Object(ConfigFile.ServerKeys),
        "observe" => Object(ConfigFile.ObserveKeys),
        "policy" => Object(PolicyKeys.Keys),
        "match" => new() { ["type"] = "array", ["items"] = Object(ConfigFile.MatchKeys) },
        "witnesses" => new() { ["type"] = "array", ["items"] = Object(ConfigFile.WitnessKeys) },
        "systems" => new()
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = SystemNames },
            ["additionalProperties"] = new JsonObject { ["oneOf"] = new JsonArray([.. SystemKind.All.Select(System)]) },
        },
        _ => [],
    };

    private static JsonNode System(SystemKind kind)
    {
        var schema = Object([.. SystemKind.CommonKeys, .. kind.Keys]);
        schema["title"] = kind.About;
        schema["properties"]!["kind"] = new JsonObject { ["const"] = kind.Word };
        return schema;
    }

    private static JsonObject Secret() => new()
    {
        ["description"] = "where a secret is; the secret itself does not belong in the file",
        ["oneOf"] = new JsonArray(
            Only("env", new() { ["type"] = "string", ["minLength"] = 1 }),
            Only("file", new() { ["type"] = "string", ["minLength"] = 1 }),
            Only("command", new() { ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = "string" } })),
    };

    private static JsonObject Only(string name, JsonObject value) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray(name),
        ["properties"] = new JsonObject { [name] = value },
    };
}
