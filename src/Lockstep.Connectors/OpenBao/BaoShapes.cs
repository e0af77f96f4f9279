using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Lockstep.Connectors.OpenBao;

/// <summary>What is written as it was read.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class BaoShapes : JsonSerializerContext;
