using System.Buffers;
using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Ledger;

namespace Lockstep.Reconciliation;

/// <summary>Collects the changes of one <see cref="ObservationEntries.Facts"/> entry, up to its largest size.</summary>
internal sealed class FactChunk(string systemName)
{
    private readonly List<byte[]> _asserted = [];
    private readonly List<byte[]> _retracted = [];
    private readonly HashSet<FactKey> _retractedKeys = [];
    private int _size = 128;

    internal bool IsEmpty => _asserted.Count + _retracted.Count == 0;

    /// <summary>Adds a change; false if the entry is full, or if it asserts what the entry retracts (the order would be lost).</summary>
    internal bool TryAdd(FactChange change)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            if (change is FactChange.Asserted asserted)
            {
                FactJson.Write(writer, asserted.Fact);
            }
            else if (change is FactChange.Retracted retracted)
            {
                FactJson.WriteKey(writer, retracted.Key);
            }
        }

        var isOutOfOrder = change is FactChange.Asserted { Fact.Key: var key } && _retractedKeys.Contains(key);
        if (!IsEmpty && (isOutOfOrder || _size + bytes.WrittenCount + 1 > ObservationEntries.PayloadBytesMax))
        {
            return false;
        }

        _size += bytes.WrittenCount + 1;
        (change is FactChange.Asserted ? _asserted : _retracted).Add(bytes.WrittenSpan.ToArray());
        if (change is FactChange.Retracted gone)
        {
            _retractedKeys.Add(gone.Key);
        }

        return true;
    }

    internal LedgerDraft ToDraft() => ObservationEntries.Draft(ObservationEntries.Facts, writer =>
    {
        writer.WriteString("system", systemName);
        WriteAll(writer, "asserted", _asserted);
        WriteAll(writer, "retracted", _retracted);
    });

    private static void WriteAll(Utf8JsonWriter writer, string name, List<byte[]> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteRawValue(item, skipInputValidation: true);
        }

        writer.WriteEndArray();
    }
}
