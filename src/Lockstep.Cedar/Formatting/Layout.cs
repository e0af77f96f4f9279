using System.Globalization;
using System.Text;

namespace Lockstep.Cedar.Formatting;

/// <summary>A text with choices of where to break lines; groups that fit the width stay on one line.</summary>
internal abstract class Layout
{
    public static Layout Nil { get; } = new Word(string.Empty);

    public static Layout Space { get; } = new Word(" ");

    /// <summary>Gets a line end that becomes a space in a group that fits.</summary>
    public static Layout Line { get; } = new Break(" ");

    /// <summary>Gets a line end that vanishes in a group that fits.</summary>
    public static Layout SoftLine { get; } = new Break(string.Empty);

    /// <summary>Gets a line end in every case.</summary>
    public static Layout HardLine { get; } = new Break(null);

    public static Layout Of(string text) => text.Length == 0 ? Nil : new Word(text);

    public static Layout Join(params ReadOnlySpan<Layout> parts) => new Sequence([.. parts]);

    public static Layout Join(IEnumerable<Layout> parts) => new Sequence([.. parts]);

    public Layout Nest(int columns) => new Indent(this, columns);

    public Layout Group() => this is Grouped or Word ? this : new Grouped(this);

    /// <summary>Lays the text out in lines of at most <paramref name="width"/> columns where that can be.</summary>
    public string Render(int width) => new Renderer(width).Render(this);

    private sealed class Word(string text) : Layout
    {
        public string Text => text;

        public int Width { get; } = WidthOf(text);
    }

    private sealed class Break(string? flat) : Layout
    {
        public string? Flat => flat;
    }

    private sealed class Sequence(Layout[] parts) : Layout
    {
        public Layout[] Parts => parts;
    }

    private sealed class Indent(Layout inner, int columns) : Layout
    {
        public Layout Inner => inner;

        public int Columns => columns;
    }

    private sealed class Grouped(Layout inner) : Layout
    {
        public Layout Inner => inner;
    }

    private static int WidthOf(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Rune.GetUnicodeCategory(
                rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
                && rune.Value != 0xAD ? 0
                    : rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (
                    >= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1F64F) or (>= 0x20000 and <= 0x3FFFD) ? 2
                    : 1;
        }

        return width;
    }

    private sealed class Renderer(int width)
    {
        private readonly Stack<(int Indent, bool IsFlat, Layout Layout)> _open = new();
        private readonly StringBuilder _text = new();
        private int _column;

        public string Render(Layout layout)
        {
            _open.Push((0, false, layout));
            while (_open.TryPop(out var next))
            {
                switch (next.Layout)
                {
                    case Word word:
                        _text.Append(word.Text);
                        _column += word.Width;
                        break;
                    case Break { Flat: { } flat } when next.IsFlat:
                        _text.Append(flat);
                        _column += flat.Length;
                        break;
                    case Break:
                        _text.Append('\n').Append(' ', next.Indent);
                        _column = next.Indent;
                        break;
                    case Sequence sequence:
                        for (var i = sequence.Parts.Length - 1; i >= 0; i--)
                        {
                            _open.Push((next.Indent, next.IsFlat, sequence.Parts[i]));
                        }

                        break;
                    case Indent indent:
                        _open.Push((next.Indent + indent.Columns, next.IsFlat, indent.Inner));
                        break;
                    case Grouped group:
                        _open.Push((next.Indent, next.IsFlat || Fits(group.Inner), group.Inner));
                        break;
                    default:
                        break;
                }
            }

            return _text.ToString();
        }

        // What follows the group counts up to its first possible line end.
        private bool Fits(Layout layout)
        {
            var column = _column;
            var ahead = new Stack<Layout>([layout]);
            using var rest = _open.GetEnumerator();
            var isFlat = true;
            while (true)
            {
                if (!ahead.TryPop(out var next))
                {
                    if (!rest.MoveNext())
                    {
                        return true;
                    }

                    isFlat = false;
                    next = rest.Current.Layout;
                }

                switch (next)
                {
                    case Word word:
                        column += word.Width;
                        break;
                    case Break { Flat: { } flat } when isFlat:
                        column += flat.Length;
                        break;
                    case Break:
                        return !isFlat;
                    case Sequence sequence:
                        for (var i = sequence.Parts.Length - 1; i >= 0; i--)
                        {
                            ahead.Push(sequence.Parts[i]);
                        }

                        break;
                    case Indent indent:
                        ahead.Push(indent.Inner);
                        break;
                    case Grouped group:
                        ahead.Push(group.Inner);
                        break;
                    default:
                        break;
                }

                if (column > width)
                {
                    return false;
                }
            }
        }
    }
}
