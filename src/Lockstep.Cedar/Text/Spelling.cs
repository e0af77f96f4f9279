namespace Lockstep.Cedar.Text;

/// <summary>Finds what a misspelt word was meant to be.</summary>
internal static class Spelling
{
    private const int LengthMax = 64;

    /// <summary>Finds the nearest known word, when one is near enough to be meant.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.Where(name => name != word && IsNear(word, name)).OrderBy(name => Distance(word, name))
            .ThenBy(name => name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Makes a hint from the nearest known word.</summary>
    public static string? Hint(string word, IEnumerable<string> known) =>
        Nearest(word, known) is { } name ? $"did you mean `{name}`?" : null;

    public static bool IsNear(string word, string known) =>
        word.Length is > 0 and <= LengthMax && known.Length <= LengthMax
        && Distance(word, known) <= Math.Max(1, Math.Min(word.Length, known.Length) / 3);

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost));
            }
        }

        return row[^1];
    }
}
