using System.Text;
using System.Text.RegularExpressions;

namespace Lockstep.Cedar.Formatting;

/// <summary>Removes empty lines, but not those inside strings and comments.</summary>
internal static partial class EmptyLines
{
    public static string Remove(string text)
    {
        var result = new StringBuilder();
        var at = 0;
        foreach (Match match in Untouched().Matches(text))
        {
            result.Append(RemoveBetween(text[at..match.Index])).Append(match.Value);
            at = match.Index + match.Length;
        }

        return result.Append(RemoveBetween(text[at..])).ToString().Trim();
    }

    private static string RemoveBetween(string text)
    {
        var result = new StringBuilder(text.StartsWith('\n') ? "\n" : string.Empty);
        foreach (Match line in Lines().Matches(text))
        {
            if (!line.Value.EndsWith('\n') || !string.IsNullOrWhiteSpace(line.Value))
            {
                result.Append(line.Value);
            }
        }

        return result.ToString();
    }

    [GeneratedRegex(@"//[^\n]*|""(\\.|[^""\\])*""", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Untouched();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Lines();
}
