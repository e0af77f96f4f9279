using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;

namespace Lockstep.Reconciliation;

/// <summary>Drafts the ledger entries of an observation; <see cref="EstateBuilder"/> folds them.</summary>
public static class ObservationEntries
{
    /// <summary>An observation began: <c>{system, systemKind, cursor}</c>.</summary>
    public const string Started = "observation.started";

    /// <summary>Facts changed: <c>{system, asserted: [fact], retracted: [key]}</c>, as docs/reference/facts.md writes facts.</summary>
    public const string Facts = "observation.facts";

    /// <summary>An observation ended: <c>{system, systemKind, isComplete, isFull, cursor, gaps: [{scope, error}], error}</c>.</summary>
    public const string Ended = "observation.ended";

    /// <summary>The longest payload of one <see cref="Facts"/> entry in bytes: 49,152.</summary>
    public const int PayloadBytesMax = 48 * 1024;

    private const string By = "lockstep";

    /// <summary>Drafts the entry that an observation begins with.</summary>
    public static LedgerDraft Start(string systemName, string systemKind, string? cursor) =>
        Draft(Started, writer =>
        {
            writer.WriteString("system", systemName);
            writer.WriteString("systemKind", systemKind);
            writer.WriteString("cursor", cursor);
        });

    /// <summary>
    /// Drafts as few entries as hold the changes, in their order within an entry: retractions of one entry come after its assertions.
    /// </summary>
    public static IEnumerable<LedgerDraft> Changes(string systemName, IEnumerable<FactChange> changes)
    {
        var chunk = new FactChunk(systemName);
        foreach (var change in changes)
        {
            if (!chunk.TryAdd(change))
            {
                yield return chunk.ToDraft();
                chunk = new FactChunk(systemName);
                _ = chunk.TryAdd(change);
            }
        }

        if (!chunk.IsEmpty)
        {
            yield return chunk.ToDraft();
        }
    }

    /// <summary>Drafts the entry of an observation that is complete but for its gaps.</summary>
    public static LedgerDraft End(string systemName, string systemKind, Observation.Complete complete, IReadOnlyList<CoverageGap> gaps) =>
        Draft(Ended, writer =>
        {
            writer.WriteString("system", systemName);
            writer.WriteString("systemKind", systemKind);
            writer.WriteBoolean("isComplete", true);
            writer.WriteBoolean("isFull", complete.IsFull);
            writer.WriteString("cursor", complete.Cursor);
            writer.WriteStartArray("gaps");
            foreach (var gap in gaps.Take(200))
            {
                writer.WriteStartObject();
                writer.WriteString("scope", gap.Scope);
                WriteError(writer, gap.Error);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });

    /// <summary>Drafts the entry of an observation that broke off: nothing is concluded from what it did not show.</summary>
    public static LedgerDraft BreakOff(string systemName, string systemKind, ConnectorError error) =>
        Draft(Ended, writer =>
        {
            writer.WriteString("system", systemName);
            writer.WriteString("systemKind", systemKind);
            writer.WriteBoolean("isComplete", false);
            WriteError(writer, error);
        });

    internal static LedgerDraft Draft(string kind, Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        using var payload = JsonDocument.Parse(bytes.WrittenMemory);
        return new LedgerDraft(kind, By, payload.RootElement.Clone());
    }

    internal static ConnectorError ReadError(JsonElement error) =>
        new(error.GetProperty("code").GetString()!, Enum.Parse<ConnectorErrorKind>(error.GetProperty("kind").GetString()!),
            error.GetProperty("detail").GetString()!);

    private static void WriteError(Utf8JsonWriter writer, ConnectorError error)
    {
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("kind", error.Kind.ToString());
        writer.WriteString("detail", error.Detail.Length <= 1024 ? error.Detail
            : string.Create(CultureInfo.InvariantCulture, $"{error.Detail.AsSpan(0, 1021)}..."));
        writer.WriteEndObject();
    }
}
