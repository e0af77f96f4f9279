using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Takes fields out of answers; what is not of the expected type is absent.</summary>
internal static class BaoJson
{
    extension(JsonObject json)
    {
        /// <summary>Gets a text.</summary>
        public string? Text(string name) =>
            json.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<string>(out var text) ? text
                : null;

        /// <summary>Gets a whole number.</summary>
        public long? Number(string name) =>
            json.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<long>(out var number) ? number
                : null;

        /// <summary>Gets a flag; absent is false.</summary>
        public bool Flag(string name) =>
            json.TryGetPropertyValue(name, out var node) && node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

        /// <summary>Gets a list of texts; absent and null are empty.</summary>
        public IReadOnlyList<string> Texts(string name) => json.TryGetPropertyValue(name, out var node) && node is JsonArray list
            ? [.. list.OfType<JsonValue>().Select(v => v.TryGetValue<string>(out var text) ? text : null).OfType<string>().Distinct()]
            : [];

        /// <summary>Gets an object.</summary>
        public JsonObject? Inner(string name) => json.TryGetPropertyValue(name, out var node) ? node as JsonObject : null;
    }
}
