using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>The part of HCL in which policies are written: blocks with labels, assignments, lists, maps, comments.</summary>
/// <remarks>Recursion is bounded, since a policy is text that others write.</remarks>
internal sealed class HclText(string text)
{
    private const int DepthMax = 32;
    private int _at;
    private int _depth;

    /// <summary>Reads a file: each assignment and block in its order, with the labels of blocks.</summary>
    /// <exception cref="FormatException">The text is not of this language; says where.</exception>
    public static IReadOnlyList<(string Key, IReadOnlyList<string> Labels, JsonNode? Value)> Read(string text)
    {
        var reader = new HclText(text);
        var items = reader.Items(closed: false);
        return items;
    }

    private List<(string Key, IReadOnlyList<string> Labels, JsonNode? Value)> Items(bool closed)
    {
        var items = new List<(string, IReadOnlyList<string>, JsonNode?)>();
        while (true)
        {
            Skip(comma: true);
            if (_at == text.Length)
            {
                return closed ? throw Broken("a brace is not closed") : items;
            }

            if (closed && Take('}'))
            {
                return items;
            }

            var key = Word();
            var labels = new List<string>();
            Skip();
            while (!Take('=') && !(closed && Take(':')))
            {
                if (Peek('{'))
                {
                    break;
                }

                labels.Add(Word());
                Skip();
            }

            items.Add((key, labels, Value()));
        }
    }

    private JsonNode? Value()
    {
        Skip();
        if (++_depth > DepthMax)
        {
            throw Broken("it is nested too deeply");
        }

        JsonNode? value = Peek('"') ? JsonValue.Create(Quoted())
            : Take('[') ? List()
            : Take('{') ? Map()
            : text.AsSpan(_at).StartsWith("<<", StringComparison.Ordinal) ? JsonValue.Create(Heredoc())
            : JsonNode.Parse(Bare());
        _depth--;
        return value;
    }

    private JsonObject Map()
    {
        var map = new JsonObject();
        foreach (var (key, labels, value) in Items(closed: true))
        {
            map[labels is [var label, ..] ? $"{key} {label}" : key] = value;
        }

        return map;
    }

    private JsonArray List()
    {
        var list = new JsonArray();
        while (true)
        {
            Skip(comma: true);
            if (Take(']'))
            {
                return list;
            }

            list.Add(Value());
        }
    }

    private string Word()
    {
        Skip();
        if (Peek('"'))
        {
            return Quoted();
        }

        var from = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '-' or '.'))
        {
            _at++;
        }

        return _at > from ? text[from.._at] : throw Broken("a name is expected");
    }

    /// <summary>A number, <c>true</c>, <c>false</c>.</summary>
    private string Bare()
    {
        var word = Word();
        return word is "true" or "false" || double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? word
            : throw Broken("a value is expected");
    }

    private string Quoted()
    {
        _at++;
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != '"')
        {
            if (text[_at] == '\n')
            {
                throw Broken("a string is not closed");
            }

            value.Append(text[_at] == '\\' ? Escaped() : text[_at++]);
        }

        return Take('"') ? value.ToString() : throw Broken("a string is not closed");
    }

    private char Escaped()
    {
        _at++;
        if (_at == text.Length)
        {
            throw Broken("a string is not closed");
        }

        var kind = text[_at++];
        if (kind == 'u' && _at + 4 <= text.Length
            && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _at += 4;
            return (char)code;
        }

        return kind switch
        {
            'n' => '\n', 't' => '\t', 'r' => '\r', '"' or '\\' or '/' => kind,
            _ => throw Broken("an escape is not known"),
        };
    }

    private string Heredoc()
    {
        var end = text.IndexOf('\n', _at);
        var mark = end < 0 ? "" : text[(_at + 2)..end].Trim().TrimStart('-');
        var lines = new List<string>();
        for (var at = end + 1; mark.Length > 0 && at < text.Length;)
        {
            var next = text.IndexOf('\n', at) is var n and >= 0 ? n : text.Length;
            var line = text[at..next];
            if (line.Trim() == mark)
            {
                _at = next;
                return string.Concat(lines.Select(l => l + "\n"));
            }

            lines.Add(line);
            at = next + 1;
        }

        throw Broken("a text block is not closed");
    }

    private void Skip(bool comma = false)
    {
        while (_at < text.Length)
        {
            var rest = text.AsSpan(_at);
            if (char.IsWhiteSpace(text[_at]) || (comma && text[_at] == ',') || text[_at] == '\uFEFF')
            {
                _at++;
            }
            else if (text[_at] == '#' || rest.StartsWith("//", StringComparison.Ordinal))
            {
                _at = text.IndexOf('\n', _at) is var end and >= 0 ? end : text.Length;
            }
            else if (rest.StartsWith("/*", StringComparison.Ordinal))
            {
                _at = text.IndexOf("*/", _at + 2, StringComparison.Ordinal) is var end and >= 0
                    ? end + 2 : throw Broken("a comment is not closed");
            }
            else
            {
                return;
            }
        }
    }

    private bool Peek(char c) => _at < text.Length && text[_at] == c;

    private bool Take(char c)
    {
        var there = Peek(c);
        _at += there ? 1 : 0;
        return there;
    }

    private FormatException Broken(string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{why} (line {text.AsSpan(0, _at).Count('\n') + 1})"));
}
