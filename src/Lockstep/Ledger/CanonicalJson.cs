using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lockstep.Ledger;

/// <summary>Writes JSON so that equal content has equal bytes: RFC 8785, keys sorted by UTF-16 code units, no white space.</summary>
internal static class CanonicalJson
{
    // A double holds every integer up to here; RFC 8785 knows no others.
    private const double IntegerMax = 9_007_199_254_740_991;

    /// <summary>Appends <paramref name="value"/> to <paramref name="target"/>.</summary>
    /// <exception cref="FormatException">A key occurs twice, a number or a string cannot be carried exactly.</exception>
    public static void Write(IBufferWriter<byte> target, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(target, value);
                break;
            case JsonValueKind.Array:
                WriteArray(target, value);
                break;
            case JsonValueKind.String:
                WriteString(target, Text(value));
                break;
            case JsonValueKind.Number:
                WriteAscii(target, Number(value));
                break;
            case JsonValueKind.True:
                target.Write("true"u8);
                break;
            case JsonValueKind.False:
                target.Write("false"u8);
                break;
            case JsonValueKind.Null:
                target.Write("null"u8);
                break;
            default:
                throw new FormatException("there is no JSON value");
        }
    }

    /// <summary>Appends a string with its quotes.</summary>
    /// <exception cref="FormatException">The string holds half of a surrogate pair.</exception>
    public static void WriteString(IBufferWriter<byte> target, string text)
    {
        // Enumerating runes would silently write U+FFFD for it.
        if (!IsPaired(text))
        {
            throw new FormatException("a string holds half of a surrogate pair");
        }

        target.Write("\""u8);
        foreach (var rune in text.EnumerateRunes())
        {
            WriteRune(target, rune);
        }

        target.Write("\""u8);
    }

    private static void WriteObject(IBufferWriter<byte> target, JsonElement value)
    {
        var members = value.EnumerateObject().Select(m => (m.Name, m.Value)).ToArray();
        Array.Sort(members, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        target.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                if (string.Equals(members[i].Name, members[i - 1].Name, StringComparison.Ordinal))
                {
                    throw new FormatException($"key `{members[i].Name}` occurs twice in one object");
                }

                target.Write(","u8);
            }

            WriteString(target, members[i].Name);
            target.Write(":"u8);
            Write(target, members[i].Value);
        }

        target.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> target, JsonElement value)
    {
        var first = true;
        target.Write("["u8);
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
            {
                target.Write(","u8);
            }

            first = false;
            Write(target, item);
        }

        target.Write("]"u8);
    }

    private static void WriteRune(IBufferWriter<byte> target, Rune rune)
    {
        switch (rune.Value)
        {
            case '"':
                target.Write("\\\""u8);
                break;
            case '\\':
                target.Write("\\\\"u8);
                break;
            case '\b':
                target.Write("\\b"u8);
                break;
            case '\t':
                target.Write("\\t"u8);
                break;
            case '\n':
                target.Write("\\n"u8);
                break;
            case '\f':
                target.Write("\\f"u8);
                break;
            case '\r':
                target.Write("\\r"u8);
                break;
            case < 0x20:
                WriteAscii(target, string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"));
                break;
            default:
                target.Advance(rune.EncodeToUtf8(target.GetSpan(4)));
                break;
        }
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException("a string holds half of a surrogate pair");
        }
    }

    // ECMAScript's Number::toString, which RFC 8785 asks for: the shortest digits, an exponent from 21 digits on.
    private static string Number(JsonElement value)
    {
        if (!value.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            throw new FormatException($"number `{value.GetRawText()}` is out of range");
        }

        if (number == Math.Truncate(number) && Math.Abs(number) > IntegerMax && !value.GetRawText().AsSpan().ContainsAny(".eE"))
        {
            throw new FormatException($"integer `{value.GetRawText()}` is larger than 2^53 and would lose digits; write it as a string");
        }

        return number == 0 ? "0" : Layout(number);
    }

    private static string Layout(double number)
    {
        var sign = number < 0 ? "-" : string.Empty;
        var (digits, point) = Shortest(Math.Abs(number));
        return sign + point switch
        {
            > 21 or <= -6 => Exponential(digits, point - 1),
            <= 0 => "0." + new string('0', -point) + digits,
            _ when point >= digits.Length => digits + new string('0', point - digits.Length),
            _ => $"{digits[..point]}.{digits[point..]}",
        };
    }

    // The runtime finds the shortest digits that read back as the same number; only its layout is not ECMAScript's.
    private static (string Digits, int Point) Shortest(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture);
        var pointAt = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = pointAt < 0 ? mantissa.Length : pointAt;
        var digits = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        var zeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), whole + exponent - zeros);
    }

    private static string Exponential(string digits, int exponent) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : string.Empty)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");

    private static bool IsPaired(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0)
        {
            if (at + 1 == rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return false;
            }

            rest = rest[(at + 2)..];
        }

        return true;
    }

    private static void WriteAscii(IBufferWriter<byte> target, string text) =>
        target.Advance(Encoding.ASCII.GetBytes(text, target.GetSpan(text.Length)));
}
