namespace Lockstep.Cedar.Text;

/// <summary>A text with its line starts, so that an offset can be told as line and column.</summary>
public sealed class SourceText
{
    private const int ShownMax = 200;
    private readonly List<int> _lineStarts = [0];

    /// <summary>Takes a text; lines end at <c>\n</c>.</summary>
    public SourceText(string text)
    {
        Text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>Gets the whole text.</summary>
    public string Text { get; }

    /// <summary>Tells line and column (both from 1) of an offset.</summary>
    public (int Line, int Column) Locate(int offset)
    {
        var index = _lineStarts.BinarySearch(offset);
        var line = index >= 0 ? index : ~index - 1;
        return (line + 1, offset - _lineStarts[line] + 1);
    }

    /// <summary>Gets the line that holds an offset, without its end, cut after 200 characters.</summary>
    public string LineAt(int offset)
    {
        var (line, _) = Locate(offset);
        var start = _lineStarts[line - 1];
        var end = line < _lineStarts.Count ? _lineStarts[line] - 1 : Text.Length;
        var length = Math.Max(0, end - start);
        return Text.Substring(start, Math.Min(length, ShownMax)).TrimEnd('\r');
    }
}
