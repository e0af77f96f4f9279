using System.Text.Json;

namespace Lockstep.Graph;

/// <summary>The fields of a link while they are read; <c>default</c> has none.</summary>
internal record struct LinkDraft
{
    internal const string Fields =
        "`from`, `kind`, `to`, `action`, `validFrom`, `validUntil`, `enforcement`, `cacheSeconds`, `evidence`, `condition`";

    internal NodeId? From { get; set; }

    internal NodeId? To { get; set; }

    internal LinkKind? Kind { get; set; }

    internal string? Action { get; set; }

    internal DateTimeOffset? ValidFrom { get; set; }

    internal DateTimeOffset? ValidUntil { get; set; }

    internal EnforcementMode? Mode { get; set; }

    internal int? CacheSeconds { get; set; }

    internal string? Evidence { get; set; }

    internal string? Condition { get; set; }

    /// <summary>Says which field of a link the reader stands at, or <see langword="null"/>.</summary>
    internal static string? FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("from"u8) ? "from"
        : reader.ValueTextEquals("kind"u8) ? "kind"
        : reader.ValueTextEquals("to"u8) ? "to"
        : reader.ValueTextEquals("action"u8) ? "action"
        : reader.ValueTextEquals("validFrom"u8) ? "validFrom"
        : reader.ValueTextEquals("validUntil"u8) ? "validUntil"
        : reader.ValueTextEquals("enforcement"u8) ? "enforcement"
        : reader.ValueTextEquals("cacheSeconds"u8) ? "cacheSeconds"
        : reader.ValueTextEquals("evidence"u8) ? "evidence"
        : reader.ValueTextEquals("condition"u8) ? "condition"
        : null;

    /// <summary>Makes the link; the ends and the kind must be there.</summary>
    internal readonly Link ToLink(string source) => new()
    {
        From = From!,
        To = To!,
        Kind = Kind!.Value,
        Action = Action,
        Validity = new Validity(ValidFrom, ValidUntil),
        Enforcement = new Enforcement(Mode ?? EnforcementMode.Online, TimeSpan.FromSeconds(CacheSeconds ?? 0)),
        Source = source,
        Evidence = Evidence ?? $"stated by {source}",
        Condition = Condition,
    };
}
