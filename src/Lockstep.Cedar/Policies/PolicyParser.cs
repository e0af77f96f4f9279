using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Policies;

/// <summary>
/// Reads policies into a concrete tree. Policies that fail are skipped to their <c>;</c>, so that all faults are told at once.
/// </summary>
internal sealed partial class PolicyParser
{
    private const int FaultsMax = 100;
    private readonly SourceText _source;
    private readonly List<Token> _tokens;
    private readonly List<CedarDiagnostic> _faults = [];
    private int _at;
    private int _depth;

    private PolicyParser(SourceText source)
    {
        _source = source;
        _tokens = Lexer.Tokenize(source);
    }

    private Token Current => _tokens[_at];

    private int PreviousEnd => _at == 0 ? 0 : _tokens[_at - 1].End;

    /// <summary>Reads a whole text of policies.</summary>
    /// <exception cref="CedarException">The text is not a list of policies.</exception>
    public static SyntaxNode ParsePolicies(SourceText source)
    {
        var parser = new PolicyParser(source);
        var policies = new List<SyntaxNode>();
        while (parser.Current.Kind != TokenKind.End && parser._faults.Count < FaultsMax)
        {
            try
            {
                policies.Add(parser.Policy());
            }
            catch (CedarException fault)
            {
                parser._faults.AddRange(fault.Diagnostics);
                parser.SkipPolicy();
            }
        }

        return parser._faults.Count > 0 ? throw new CedarException(parser._faults)
            : new(SyntaxKind.Policies, 0, source.Text.Length, policies);
    }

    /// <summary>Reads one expression that is the whole text.</summary>
    public static SyntaxNode ParseExpression(SourceText source)
    {
        var parser = new PolicyParser(source);
        var node = parser.Expression();
        return parser.Current.Kind == TokenKind.End ? node : throw parser.Unexpected("the end of the text or an operator");
    }

    private void SkipPolicy()
    {
        while (Current.Kind != TokenKind.End)
        {
            var ended = Current.Is(";");
            _at++;
            _depth = 0;
            if (ended)
            {
                return;
            }
        }
    }

    private SyntaxNode Policy()
    {
        var start = Current.Start;
        var children = new List<SyntaxNode>();
        while (Current.Is("@"))
        {
            children.Add(Annotation());
        }

        var effect = Current;
        if (!effect.IsWord("permit") && !effect.IsWord("forbid"))
        {
            throw Unexpected("`permit` or `forbid`", Similar(effect.Text, "permit", "forbid"));
        }

        _at++;
        Take("(", "`(` before the scope");
        var count = 0;
        while (!Current.Is(")"))
        {
            children.Add(ScopeVariable(count++));
            if (!Current.Is(","))
            {
                break;
            }

            _at++;
        }

        Take(")", count < 3 ? "`,` and the rest of the scope" : "`)` after the scope");
        while (!Current.Is(";"))
        {
            children.Add(Condition());
        }

        _at++;
        return new(SyntaxKind.Policy, start, PreviousEnd, children) { Text = effect.Text, Operators = [effect] };
    }

    private SyntaxNode Annotation()
    {
        var start = Current.Start;
        _at++;
        var name = Current;
        if (name.Kind != TokenKind.Identifier)
        {
            throw Unexpected("the annotation's name");
        }

        _at++;
        var children = new List<SyntaxNode>();
        if (Current.Is("("))
        {
            _at++;
            children.Add(Current.Kind == TokenKind.Text ? Leaf(SyntaxKind.Text) : throw Unexpected("the annotation's value, a string"));
            Take(")", "`)` after the annotation's value");
        }

        return new(SyntaxKind.Annotation, start, PreviousEnd, children) { Text = name.Text, Operators = [name] };
    }

    private SyntaxNode ScopeVariable(int index)
    {
        var start = Current;
        ReadOnlySpan<string> names = ["principal", "action", "resource"];
        var wanted = index < 3 ? names[index] : null;
        if (wanted is null || !start.IsWord(wanted))
        {
            throw Unexpected(wanted is null ? "`)`" : $"`{wanted}`",
                "a scope is `(principal, action, resource)`, in this order, each once");
        }

        _at++;
        var children = new List<SyntaxNode>();
        var operators = new List<Token>();
        if (Current.IsWord("is"))
        {
            operators.Add(Current);
            _at++;
            children.Add(PathName());
        }

        if (Current.IsWord("in") || Current.Is("==")
            || (Current.Kind == TokenKind.Symbol && Current.Text is "!=" or "<" or "<=" or ">" or ">=" or "="))
        {
            operators.Add(Current);
            _at++;
            children.Add(Expression());
        }

        return new(SyntaxKind.ScopeVariable, start.Start, PreviousEnd, children) { Text = start.Text, Operators = operators };
    }

    private SyntaxNode Condition()
    {
        var word = Current;
        if (!word.IsWord("when") && !word.IsWord("unless"))
        {
            throw Unexpected("`when`, `unless` or `;`", Similar(word.Text, "when", "unless") ?? "each policy ends with `;`");
        }

        _at++;
        Take("{", $"`{{` after `{word.Text}`");
        if (Current.Is("}"))
        {
            throw Fault(new(word.Start, Current.End), $"`{word.Text}` has no condition", "an expression between the braces",
                "leave the clause out, or write `true`");
        }

        var body = Expression();
        Take("}", $"`}}` after the condition, or an operator");
        return new(SyntaxKind.Condition, word.Start, PreviousEnd, [body]) { Text = word.Text, Operators = [word] };
    }

    private SyntaxNode Leaf(SyntaxKind kind)
    {
        var token = Current;
        _at++;
        return new(kind, token.Start, token.End, []) { Text = token.Text };
    }

    private SyntaxNode PathName()
    {
        var path = new List<Token>();
        while (true)
        {
            path.Add(Current.Kind == TokenKind.Identifier ? Current : throw Unexpected("a name"));
            _at++;
            if (!Current.Is("::") || _tokens[_at + 1].Kind != TokenKind.Identifier)
            {
                return new(SyntaxKind.Name, path[0].Start, PreviousEnd, []) { Path = path };
            }

            _at++;
        }
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
        new([CedarDiagnostic.At(_source, span, "LS6003", message) with { Expected = expected, Hint = hint }]);

    private static string? Similar(string word, params ReadOnlySpan<string> known)
    {
        foreach (var name in known)
        {
            if (Spelling.IsNear(word, name))
            {
                return $"did you mean `{name}`?";
            }
        }

        return null;
    }
}
