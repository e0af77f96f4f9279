using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Schemas;

/// <summary>Reads schemas in the text format.</summary>
internal sealed partial class SchemaParser
{
    private static readonly string[] Declarations = ["namespace", "entity", "action", "type"];
    private readonly SourceText _source;
    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private SchemaParser(SourceText source)
    {
        _source = source;
        _tokens = Lexer.Tokenize(source);
    }

    private Token Current => _tokens[_at];

    public static SchemaSyntax Parse(SourceText source)
    {
        var parser = new SchemaParser(source);
        var root = new NamespaceSyntax(string.Empty, default);
        var namespaces = new List<NamespaceSyntax> { root };
        while (parser.Current.Kind != TokenKind.End)
        {
            parser.Annotations();
            if (parser.Current.IsWord("namespace"))
            {
                namespaces.Add(parser.Namespace());
            }
            else
            {
                parser.Declaration(root);
            }
        }

        return new(source, namespaces);
    }

    private NamespaceSyntax Namespace()
    {
        _at++;
        var name = Path();
        var result = new NamespaceSyntax(name.Text, name.Span);
        Take("{", "`{` after the namespace's name");
        while (!Current.Is("}"))
        {
            Annotations();
            if (Current.IsWord("namespace"))
            {
                throw Fault(Current.Span, "a namespace stands inside a namespace", "`entity`, `action`, `type` or `}`",
                    $"write `namespace {name.Text}::Inner {{ ... }}` at the top");
            }

            Declaration(result);
        }

        _at++;
        return result;
    }

    private void Annotations()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (Current.Is("@"))
        {
            _at++;
            var name = Name("the annotation's name");
            if (!names.Add(name.Text))
            {
                throw Fault(name.Span, $"annotation `@{name.Text}` is given twice", "each annotation once");
            }

            if (Current.Is("("))
            {
                _at++;
                Text("the annotation's value, a string");
                Take(")", "`)` after the annotation's value");
            }
        }
    }

    private void Declaration(NamespaceSyntax into)
    {
        var word = Current;
        if (word.IsWord("entity"))
        {
            _at++;
            Entity(into);
        }
        else if (word.IsWord("action"))
        {
            _at++;
            Action(into);
        }
        else if (word.IsWord("type"))
        {
            _at++;
            var name = Name("the type's name");
            Take("=", "`=` after the type's name");
            into.CommonTypes.Add((name, Type()));
        }
        else
        {
            throw Unexpected("`entity`, `action`, `type` or `namespace`", Spelling.Hint(word.Text, Declarations));
        }

        Take(";", "`;` after the declaration");
    }

    private void Entity(NamespaceSyntax into)
    {
        var names = Listed(() => Name("the entity type's name"));
        if (Current.IsWord("enum"))
        {
            _at++;
            Take("[", "`[` before the ids");
            var ids = Listed(() => Text("an id, a string"), "]");
            Take("]", "`,` or `]`");
            if (ids.Count == 0)
            {
                throw Unexpected("at least one id");
            }

            into.Entities.AddRange(names.Select(name => new EntitySyntax(name, [], null, null, [.. ids.Select(id => id.Text)])));
            return;
        }

        List<Named> parents = [];
        if (Current.IsWord("in"))
        {
            _at++;
            parents = Types();
        }

        var hasSign = Current.Is("=");
        _at += hasSign ? 1 : 0;
        var shape = hasSign || Current.Is("{") ? Record() : null;
        TypeSyntax? tags = null;
        if (Current.IsWord("tags"))
        {
            _at++;
            tags = Type();
        }

        into.Entities.AddRange(names.Select(name => new EntitySyntax(name, parents, shape, tags, null)));
    }

    private List<Named> Types()
    {
        if (!Current.Is("["))
        {
            return [Path()];
        }

        _at++;
        var types = Listed(Path, "]");
        Take("]", "`,` or `]`");
        return types;
    }

    private List<T> Listed<T>(Func<T> item, string? close = null)
    {
        var items = new List<T>();
        while (close is null || !Current.Is(close))
        {
            items.Add(item());
            if (!Current.Is(","))
            {
                break;
            }

            _at++;
        }

        return items;
    }

    private Named Path()
    {
        var first = Name("a type's name");
        var text = first.Text;
        while (Current.Is("::") && _tokens[_at + 1].Kind == TokenKind.Identifier)
        {
            _at++;
            text += "::" + Current.Text;
            _at++;
        }

        return new(text, new(first.Span.Start, _tokens[_at - 1].End));
    }

    private Named Name(string expected)
    {
        var token = Current.Kind == TokenKind.Identifier ? Current : throw Unexpected(expected);
        _at++;
        return new(token.Text, token.Span);
    }

    private Named Text(string expected)
    {
        var token = Current.Kind == TokenKind.Text ? Current : throw Unexpected(expected);
        _at++;
        var text = Escapes.Read(token.Text.AsSpan(1, token.Text.Length - 2), false, null, out _)
            ?? throw Fault(token.Span, "string holds an unknown escape", "one of \\\" \\\\ \\' \\n \\r \\t \\0 \\x41 \\u{1F600}");
        return new(text, token.Span);
    }

    private void Take(string symbol, string expected)
    {
        if (!Current.Is(symbol))
        {
            throw Unexpected(expected);
        }

        _at++;
    }

    private CedarException Unexpected(string expected, string? hint = null) =>
        Fault(Current.Span, $"unexpected {Current.Describe()}", expected, hint);

    private CedarException Fault(SourceSpan span, string message, string? expected, string? hint = null) =>
        new([CedarDiagnostic.At(_source, span, "LS6030", message) with { Expected = expected, Hint = hint }]);
}
