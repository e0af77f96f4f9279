using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Ledger;

/// <summary>Something to be written to the ledger; the ledger adds the time and the place.</summary>
/// <param name="Kind">What happened: dotted lower-case words such as <c>case.opened</c>, at most 64 characters.</param>
/// <param name="By">Who or what did it, 1 to 256 characters, for example <c>lockstep</c> or <c>token:ops-laptop</c>.</param>
/// <param name="Payload">The details, any JSON without secrets; written with its keys sorted.</param>
public sealed record LedgerDraft(string Kind, string By, JsonElement Payload)
{
    /// <summary>Drafts an entry from a JSON tree.</summary>
    public static LedgerDraft Of(string kind, string by, JsonNode payload) =>
        new(kind, by, JsonSerializer.SerializeToElement(payload));

    /// <summary>Drafts an entry from a record and its source-generated JSON shape.</summary>
    public static LedgerDraft Of<T>(string kind, string by, T payload, JsonTypeInfo<T> shape) =>
        new(kind, by, JsonSerializer.SerializeToElement(payload, shape));
}
