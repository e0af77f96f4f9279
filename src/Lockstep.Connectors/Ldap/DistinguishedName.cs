using System.Globalization;
using System.Text;

namespace Lockstep.Connectors.Ldap;

/// <summary>
/// Distinguished names (RFC 4514), compared as directories compare them: without regard to case, inner spaces and way of escaping.
/// </summary>
internal static class DistinguishedName
{
    private const string Special = ",+\"\\<>;=#";

    /// <summary>
    /// Writes a name in the one form in which equal names are equal strings. What is no name comes back trimmed, in lower case.
    /// </summary>
    public static string Canonical(string dn)
    {
        var parts = new List<string>();
        foreach (var rdn in Split(dn, ','))
        {
            var pairs = Split(rdn, '+').Select(Pair).ToArray();
            Array.Sort(pairs, StringComparer.Ordinal);
            parts.Add(string.Join('+', pairs));
        }

        return string.Join(',', parts);
    }

    /// <summary>Says whether canonical <paramref name="dn"/> is <paramref name="baseDn"/> or below it.</summary>
    public static bool IsUnder(string dn, string baseDn) =>
        dn == baseDn || baseDn.Length == 0 || dn.EndsWith($",{baseDn}", StringComparison.Ordinal);

    /// <summary>Escapes a value for use in a name.</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            var isEdge = (c == ' ' && (i == 0 || i == value.Length - 1)) || (c == '#' && i == 0);
            _ = c < ' ' ? text.Append('\\').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture))
                : isEdge || (Special.Contains(c, StringComparison.Ordinal) && c != '#') ? text.Append('\\').Append(c)
                : text.Append(c);
        }

        return text.ToString();
    }

    private static string Pair(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return pair.Trim().ToLowerInvariant();
        }

        var value = Unescape(pair[(equals + 1)..].TrimStart(' '));
        var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"{pair[..equals].Trim().ToLowerInvariant()}={Escape(string.Join(' ', words).ToLowerInvariant())}";
    }

    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static string Unescape(string value)
    {
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 2 < value.Length
                && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.HexNumber, null, out var hex))
            {
                bytes.Add(hex);
                i += 2;
            }
            else
            {
                i += value[i] == '\\' && i + 1 < value.Length ? 1 : 0;
                var isPair = char.IsHighSurrogate(value[i]) && i + 1 < value.Length;
                bytes.AddRange(Encoding.UTF8.GetBytes(isPair ? value.Substring(i++, 2) : value[i].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
