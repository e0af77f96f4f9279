using System.Text.RegularExpressions;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Formatting;

/// <summary>
/// The comments of a text, each held by the token before it on the same line, or by the token after it. Each is taken once.
/// </summary>
internal sealed partial class Comments
{
    private readonly Dictionary<int, int> _byStart = [];
    private readonly Dictionary<int, int> _byEnd = [];
    private readonly List<Token> _tokens;
    private readonly List<string>[] _before;
    private readonly string[] _after;

    public Comments(SourceText source, List<Token> tokens)
    {
        _tokens = tokens;
        _before = new List<string>[tokens.Count];
        _after = new string[tokens.Count];
        var end = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            _byStart.TryAdd(tokens[i].Start, i);
            _byEnd.TryAdd(tokens[i].End, i);
            var gap = source.Text[end..tokens[i].Start];
            var line = i == 0 ? -1 : gap.IndexOf('\n', StringComparison.Ordinal);
            var isSplit = i > 0 && line >= 0;
            _before[i] = i == 0 || isSplit ? Find(isSplit ? gap[(line + 1)..] : gap) : [];
            _after[i] = string.Empty;
            if (i > 0)
            {
                _after[i - 1] = string.Join('\n', Find(isSplit ? gap[..line] : gap));
            }

            end = tokens[i].End;
        }
    }

    /// <summary>Gets the comments after the last token's line.</summary>
    public IReadOnlyList<string> AtEnd => _before[^1];

    public Comment TakeAtStart(int start) => Take(_byStart[start]);

    public Comment TakeAtEnd(int end) => Take(_byEnd[end]);

    public Comment TakeAfter(int end)
    {
        var low = _tokens.BinarySearch(
            new(TokenKind.End, end, end, string.Empty), Comparer<Token>.Create((a, b) => a.Start.CompareTo(b.Start)));
        return Take(low >= 0 ? low : ~low);
    }

    public List<string> TakeBefore(int start)
    {
        var index = _byStart[start];
        var before = _before[index];
        _before[index] = [];
        return before;
    }

    public Layout TakeTrailingAtEnd(int end)
    {
        var index = _byEnd[end];
        var after = new Comment([], _after[index]).AfterLayout;
        _after[index] = string.Empty;
        return after;
    }

    private Comment Take(int index)
    {
        var taken = new Comment(_before[index], _after[index]);
        _before[index] = [];
        _after[index] = string.Empty;
        return taken;
    }

    private static List<string> Find(string gap) => [.. Shape().Matches(gap).Select(match => match.Value.TrimEnd())];

    [GeneratedRegex(@"//[^\n\r]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shape();
}

/// <summary>The comments of one token.</summary>
internal readonly record struct Comment(List<string> Before, string After)
{
    public Layout BeforeLayout => Lines(Before);

    public Layout AfterLayout => Trailing(Layout.Nil);

    public static Layout Lines(List<string> lines)
    {
        if (lines.Count == 0)
        {
            return Layout.Nil;
        }

        var parts = new List<Layout> { Layout.HardLine };
        foreach (var line in lines)
        {
            parts.Add(Layout.Of(line));
            parts.Add(Layout.HardLine);
        }

        return Layout.Join(parts);
    }

    public Layout Trailing(Layout otherwise) => After.Length == 0 ? otherwise
        : Layout.Join(Layout.Space, Layout.Of(After), Layout.HardLine);

    /// <summary>Puts the comments around a word; a comment behind it takes the place of what follows.</summary>
    public Layout Around(Layout word, Layout? then = null) => Layout.Join(BeforeLayout, word, Trailing(then ?? Layout.Nil));
}
