using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lockstep.Ledger;

/// <summary>Writes and reads an entry's canonical bytes.</summary>
public static partial class EntryText
{
    // Fixed width, so that the text sorts as the time does.
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    private const int VersionNow = 1;

    /// <summary>Writes the bytes of an entry.</summary>
    /// <exception cref="LedgerDraftException">The draft breaks one of <see cref="LedgerLimits"/> or cannot be written exactly.</exception>
    public static byte[] Write(LedgerDraft draft, DateTimeOffset at)
    {
        if (draft.Kind.Length > LedgerLimits.KindLengthMax || !KindShape().IsMatch(draft.Kind))
        {
            throw new LedgerDraftException(
                "LS4001", $"kind `{draft.Kind}` is not dotted lower-case words of at most {LedgerLimits.KindLengthMax} characters");
        }

        if (draft.By.Length is 0 or > LedgerLimits.ByLengthMax || draft.By.Any(char.IsControl))
        {
            throw new LedgerDraftException(
                "LS4002", $"the actor of `{draft.Kind}` is not 1 to {LedgerLimits.ByLengthMax} characters without control characters");
        }

        var bytes = new ArrayBufferWriter<byte>(512);
        try
        {
            WriteMembers(bytes, draft, at);
        }
        catch (FormatException e)
        {
            throw new LedgerDraftException("LS4003", $"the payload of `{draft.Kind}` cannot be written: {e.Message}");
        }

        return bytes.WrittenCount <= LedgerLimits.EntryBytesMax
            ? bytes.WrittenSpan.ToArray()
            : throw new LedgerDraftException(
                "LS4004", $"entry `{draft.Kind}` has {bytes.WrittenCount} bytes, {LedgerLimits.EntryBytesMax} are the most; split its "
                    + $"payload");
    }

    /// <summary>Reads an entry back from its bytes.</summary>
    /// <param name="index">Its place, which is not part of the bytes.</param>
    /// <param name="bytes">The exact bytes; kept, not copied.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>Whether the bytes are an entry of a version that we know.</returns>
    public static bool TryRead(long index, ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LedgerEntry? entry)
    {
        entry = null;
        try
        {
            var root = JsonElement.Parse(bytes.Span);
            if (root.GetProperty("v").GetInt32() == VersionNow)
            {
                entry = new()
                {
                    Index = index,
                    Kind = root.GetProperty("kind").GetString()!,
                    At = DateTimeOffset.ParseExact(
                        root.GetProperty("at").GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                    By = root.GetProperty("by").GetString()!,
                    Payload = root.GetProperty("payload"),
                    Bytes = bytes,
                };
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Not JSON, or JSON of another shape: the caller says where it came from.
            return false;
        }

        return entry is not null;
    }

    private static void WriteMembers(ArrayBufferWriter<byte> target, LedgerDraft draft, DateTimeOffset at)
    {
        target.Write("{\"at\":\""u8);
        target.Advance(Encoding.ASCII.GetBytes(at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture), target.GetSpan(32)));
        target.Write("\",\"by\":"u8);
        CanonicalJson.WriteString(target, draft.By);
        target.Write(",\"kind\":"u8);
        CanonicalJson.WriteString(target, draft.Kind);
        target.Write(",\"payload\":"u8);
        CanonicalJson.Write(target, draft.Payload);
        target.Write(",\"v\":1}"u8);
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex KindShape();
}
