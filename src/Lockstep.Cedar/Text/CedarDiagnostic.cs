using System.Globalization;
using System.Text;

namespace Lockstep.Cedar.Text;

/// <summary>One thing that is wrong with a text: what, where, what was expected, and a hint where one can be given.</summary>
/// <param name="Code">A stable code such as <c>LS6001</c>.</param>
/// <param name="Message">What is wrong, in one sentence: lower case, no full stop, user input in backticks.</param>
/// <param name="Line">Line, from 1; 0 where the fault has no place in a text.</param>
/// <param name="Column">Column in characters, from 1; 0 where the fault has no place in a text.</param>
public sealed record CedarDiagnostic(string Code, string Message, int Line, int Column)
{
    /// <summary>Gets what would have been right at that place, or <see langword="null"/>.</summary>
    public string? Expected { get; init; }

    /// <summary>Gets advice for the usual cause, or <see langword="null"/>.</summary>
    public string? Hint { get; init; }

    /// <summary>Gets the policy's id where the fault belongs to one policy.</summary>
    public string? PolicyId { get; init; }

    /// <summary>Gets the whole line of the text that holds the fault, or <see langword="null"/>.</summary>
    public string? SourceLine { get; init; }

    /// <summary>Gets how many characters of <see cref="SourceLine"/> are at fault, at least 1.</summary>
    public int Width { get; init; } = 1;

    /// <summary>Gets a value indicating whether this is only a warning.</summary>
    public bool IsWarning { get; init; }

    /// <summary>Makes a diagnostic for a place in <paramref name="source"/>.</summary>
    public static CedarDiagnostic At(SourceText source, SourceSpan span, string code, string message)
    {
        var (line, column) = source.Locate(span.Start);
        var text = source.LineAt(span.Start);
        return new(code, message, line, column)
        {
            SourceLine = text,
            Width = Math.Max(1, Math.Min(span.End - span.Start, text.Length - column + 1)),
        };
    }

    /// <summary>Renders the message with its line and caret for people.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.Append(IsWarning ? "warning " : "error ").Append(Code).Append(": ").Append(Message).Append('\n');
        if (Line > 0 && SourceLine is not null)
        {
            var number = Line.ToString(CultureInfo.InvariantCulture);
            var margin = new string(' ', number.Length);
            text.Append(margin).Append("--> line ").Append(number).Append(", column ").Append(Column).Append('\n');
            text.Append(margin).Append(" |\n").Append(number).Append(" | ").Append(SourceLine.Replace('\t', ' ')).Append('\n');
            text.Append(margin).Append(" | ").Append(' ', Math.Max(0, Column - 1)).Append('^', Width).Append('\n');
        }

        if (Expected is not null)
        {
            text.Append("expected: ").Append(Expected).Append('\n');
        }

        if (Hint is not null)
        {
            text.Append("hint: ").Append(Hint).Append('\n');
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{Line}:{Column}: {Code}: {Message}" : $"{Code}: {Message}";
}
