using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Connectors.OpenBao;

/// <summary>The answer of <c>sys/health</c>.</summary>
internal sealed record BaoHealth
{
    public string? Version { get; init; }

    /// <summary>Gets its JSON shape.</summary>
    public static JsonTypeInfo<BaoHealth> Shape => BaoHealthJson.Default.BaoHealth;
}

/// <summary>Shapes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BaoHealth))]
internal sealed partial class BaoHealthJson : JsonSerializerContext;
