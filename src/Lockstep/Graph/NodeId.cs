using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Lockstep.Graph;

/// <summary>
/// Names one node of the access graph: the connected system that owns it, its kind, and that system's own
/// immutable key, written <c>corp-ldap/account/6f1c2a</c>.
/// </summary>
/// <remarks>
/// The key is never a display name. Names are recycled, and a recycled name must not inherit the access of
/// whoever held it before. Two ids are equal when their written forms are.
/// </remarks>
public sealed record NodeId : IParsable<NodeId>, IComparable<NodeId>
{
    /// <summary>The most characters of an escaped key.</summary>
    public const int KeyLengthMax = 512;

    private const int SystemLengthMax = 63;
    private const int KindLengthMax = 32;
    private static readonly SearchValues<char> SystemLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> KindLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");

    // A million links look their ends up again and again.
    private readonly int _hash;

    private NodeId(string systemName, string kind, string key) =>
        (SystemName, Kind, Key, _hash) = (systemName, kind, key, HashCode.Combine(systemName, kind, key));

    /// <summary>Gets the connected system's configured name, at most 63 characters.</summary>
    public string SystemName { get; }

    /// <summary>Gets the node kind, one of <see cref="NodeKinds"/>.</summary>
    public string Kind { get; }

    /// <summary>Gets the escaped key that the connected system itself treats as immutable, 1 to 512 characters.</summary>
    public string Key { get; }

    /// <summary>Gets the key as the connected system writes it.</summary>
    public string RawKey => Uri.UnescapeDataString(Key);

    /// <summary>Names a node from its parts; characters of <paramref name="rawKey"/> that the written form reserves are escaped.</summary>
    /// <exception cref="FormatException">A part is empty, too long or out of its alphabet.</exception>
    public static NodeId Of(string systemName, string kind, string rawKey) =>
        Parse($"{systemName}/{kind}/{Uri.EscapeDataString(rawKey)}", provider: null);

    /// <summary>Reads back what <see cref="ToString"/> wrote, without looking at the alphabet again.</summary>
    /// <exception cref="FormatException">It has not three parts.</exception>
    internal static NodeId OfWritten(ReadOnlySpan<char> written)
    {
        var kind = written.IndexOf('/') + 1;
        var key = kind + written[kind..].IndexOf('/') + 1;
        return kind > 0 && key > kind && !written[key..].Contains('/')
            ? new(written[..(kind - 1)].ToString(), NodeKinds.Known(written[kind..(key - 1)]), written[key..].ToString())
            : throw new FormatException($"`{written}` is not a node id (system/kind/key)");
    }

    /// <inheritdoc/>
    /// <exception cref="FormatException"><paramref name="s"/> is not <c>system/kind/key</c>.</exception>
    public static NodeId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"`{s}` is not a node id (system/kind/key)");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeId result)
    {
        // By hand: a regular expression costs ten times as much, and graphs of millions of nodes read theirs again and again.
        var text = s.AsSpan();
        var first = text.IndexOf('/');
        var second = first < 0 ? -1 : first + 1 + text[(first + 1)..].IndexOf('/');
        result = first > 0 && second > first && IsSystem(text[..first]) && IsKind(text[(first + 1)..second]) && IsKey(text[(second + 1)..])
            ? new(text[..first].ToString(), NodeKinds.Known(text[(first + 1)..second]), text[(second + 1)..].ToString())
            : null;
        return result is not null;
    }

    /// <summary>Compares system, then kind, then escaped key, each by character code.</summary>
    public int CompareTo(NodeId? other)
    {
        if (other is null)
        {
            return 1;
        }

        var bySystem = string.CompareOrdinal(SystemName, other.SystemName);
        var byKind = bySystem != 0 ? bySystem : string.CompareOrdinal(Kind, other.Kind);
        return byKind != 0 ? byKind : string.CompareOrdinal(Key, other.Key);
    }

    /// <summary>Says whether both are written the same.</summary>
    public bool Equals(NodeId? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Key == other.Key && Kind == other.Kind && SystemName == other.SystemName);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => $"{SystemName}/{Kind}/{Key}";

    /// <summary>Compares as <see cref="CompareTo"/> does.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    /// <summary>Compares as <see cref="CompareTo"/> does.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    /// <summary>Compares as <see cref="CompareTo"/> does.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    /// <summary>Compares as <see cref="CompareTo"/> does.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;

    private static bool IsSystem(ReadOnlySpan<char> text) =>
        text.Length <= SystemLengthMax && char.IsAsciiLetterLower(text[0]) && !text.ContainsAnyExcept(SystemLetters);

    private static bool IsKind(ReadOnlySpan<char> text) => text.Length is > 0 and <= KindLengthMax && !text.ContainsAnyExcept(KindLetters);

    private static bool IsKey(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > KeyLengthMax)
        {
            return false;
        }

        foreach (var letter in text)
        {
            if (letter == '/' || char.IsWhiteSpace(letter))
            {
                return false;
            }
        }

        return true;
    }
}
