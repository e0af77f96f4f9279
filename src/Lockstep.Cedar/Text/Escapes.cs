using System.Globalization;
using System.Text;

namespace Lockstep.Cedar.Text;

/// <summary>String escapes of policy texts, in both directions.</summary>
internal static class Escapes
{
    /// <summary>Reads the text between quotes; in a pattern a star stands for a wildcard.</summary>
    /// <returns>The value, or <see langword="null"/> with the offset of the bad escape.</returns>
    public static string? Read(ReadOnlySpan<char> raw, bool isPattern, List<int>? wildcards, out int badAt)
    {
        badAt = -1;
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '*' && isPattern)
            {
                wildcards!.Add(text.Length);
                text.Append('*');
            }
            else if (raw[i] != '\\')
            {
                text.Append(raw[i]);
            }
            else if (!ReadOne(raw, ref i, isPattern, text))
            {
                badAt = i;
                return null;
            }
        }

        return text.ToString();
    }

    /// <summary>Writes a value as it stands between quotes in a policy text.</summary>
    public static string Write(string value, bool isPattern = false)
    {
        var text = new StringBuilder(value.Length + 2);
        foreach (var rune in value.EnumerateRunes())
        {
            WriteRune(text, rune, isPattern);
        }

        return text.ToString();
    }

    private static void WriteRune(StringBuilder text, Rune rune, bool isPattern)
    {
        switch (rune.Value)
        {
            case '\\': text.Append("\\\\"); break;
            case '"': text.Append("\\\""); break;
            case '\n': text.Append("\\n"); break;
            case '\r': text.Append("\\r"); break;
            case '\t': text.Append("\\t"); break;
            case 0: text.Append("\\0"); break;
            case '*' when isPattern: text.Append("\\*"); break;
            case < 0x20 or 0x7F: text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"); break;
            default: text.Append(rune.ToString()); break;
        }
    }

    private static bool ReadOne(ReadOnlySpan<char> raw, ref int i, bool isPattern, StringBuilder text)
    {
        i++;
        if (i >= raw.Length)
        {
            return false;
        }

        switch (raw[i])
        {
            case 'n': text.Append('\n'); return true;
            case 'r': text.Append('\r'); return true;
            case 't': text.Append('\t'); return true;
            case '0': text.Append('\0'); return true;
            case '\\' or '"' or '\'': text.Append(raw[i]); return true;
            case '*' when isPattern: text.Append('*'); return true;
            case 'x': return ReadHex(raw, ref i, text);
            case 'u': return ReadUnicode(raw, ref i, text);
            default: return false;
        }
    }

    private static bool ReadHex(ReadOnlySpan<char> raw, ref int i, StringBuilder text)
    {
        if (i + 2 >= raw.Length || !TryHex(raw.Slice(i + 1, 2), out var code) || code > 0x7F)
        {
            return false;
        }

        text.Append((char)code);
        i += 2;
        return true;
    }

    private static bool ReadUnicode(ReadOnlySpan<char> raw, ref int i, StringBuilder text)
    {
        var close = raw[i..].IndexOf('}');
        if (i + 1 >= raw.Length || raw[i + 1] != '{' || close < 0)
        {
            return false;
        }

        var digits = raw.Slice(i + 2, Math.Max(0, close - 2)).ToString().Replace("_", string.Empty, StringComparison.Ordinal);
        if (raw[i + 2] == '_' || digits.Length is 0 or > 6 || !TryHex(digits, out var code) || !Rune.IsValid(code))
        {
            return false;
        }

        text.Append(new Rune(code).ToString());
        i += close;
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out int code)
    {
        code = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code);
    }
}
