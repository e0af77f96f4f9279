using System.Text.Json;
using System.Text.Json.Serialization;
using Lockstep.Graph;

namespace Lockstep.Revocation;

/// <summary>Writes a node id as its written form.</summary>
internal sealed class NodeIdJson : JsonConverter<NodeId>
{
    public override NodeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        NodeId.TryParse(reader.GetString(), provider: null, out var id) ? id : throw new JsonException("not a node id");

    public override void Write(Utf8JsonWriter writer, NodeId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
