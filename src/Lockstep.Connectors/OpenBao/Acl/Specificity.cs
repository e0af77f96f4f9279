namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>How closely a pattern names a path; the greater wins.</summary>
/// <param name="FirstWildcard">Where the first <c>+</c> or the asterisk of a plain prefix stands: later is closer.</param>
/// <param name="IsPrefix">Whether it ends in an asterisk: that is less close.</param>
/// <param name="Wildcards">How many segments are open: fewer is closer.</param>
/// <param name="Path">The pattern without its asterisk: longer is closer, then the later in the alphabet.</param>
internal sealed record Specificity(int FirstWildcard, bool IsPrefix, int Wildcards, string Path) : IComparable<Specificity>
{
    /// <summary>Matches a pattern with <c>+</c> segments; <see langword="null"/> if it does not fit.</summary>
    public static Specificity? Match(string pattern, string[] parts)
    {
        var isPrefix = pattern.EndsWith('*');
        var path = isPrefix ? pattern[..^1] : pattern;
        var wanted = path.Split('/');
        if (parts.Length < wanted.Length || (!isPrefix && parts.Length != wanted.Length))
        {
            return null;
        }

        var open = 0;
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "+")
            {
                open++;
            }
            else if (wanted[i] != parts[i]
                && !(isPrefix && i == wanted.Length - 1 && parts[i].StartsWith(wanted[i], StringComparison.Ordinal)))
            {
                return null;
            }
        }

        return new(pattern.IndexOf('+', StringComparison.Ordinal), isPrefix, open, path);
    }

    /// <inheritdoc/>
    public int CompareTo(Specificity? other) => other is null ? 1
        : FirstWildcard != other.FirstWildcard ? FirstWildcard.CompareTo(other.FirstWildcard)
        : IsPrefix != other.IsPrefix ? other.IsPrefix.CompareTo(IsPrefix)
        : Wildcards != other.Wildcards ? other.Wildcards.CompareTo(Wildcards)
        : Path.Length != other.Path.Length ? Path.Length.CompareTo(other.Path.Length)
        : string.CompareOrdinal(Path, other.Path);
}
