using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Policies;

/// <summary>The expression half of the parser.</summary>
internal sealed partial class PolicyParser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">=", "="];

    private SyntaxNode Expression()
    {
        if (++_depth > CedarLimits.NestingMax)
        {
            throw new CedarException([CedarDiagnostic.At(_source, Current.Span, "LS6002",
                $"expression nests deeper than {CedarLimits.NestingMax} levels") with { Hint =
                    "split the policy, or flatten the brackets" }]);
        }

        var node = Current.IsWord("if") ? If()
            : Chain(SyntaxKind.Or, "||", static p => p.Chain(SyntaxKind.And, "&&", static q => q.Relation()));
        _depth--;
        return node;
    }

    private SyntaxNode If()
    {
        var start = Current.Start;
        _at++;
        var test = Expression();
        TakeWord("then");
        var then = Expression();
        TakeWord("else");
        var otherwise = Expression();
        return new(SyntaxKind.If, start, PreviousEnd, [test, then, otherwise]);
    }

    private void TakeWord(string word)
    {
        if (!Current.IsWord(word))
        {
            throw Unexpected($"`{word}`", "every `if` has a `then` and an `else`");
        }

        _at++;
    }

    private SyntaxNode Chain(SyntaxKind kind, string symbol, Func<PolicyParser, SyntaxNode> part)
    {
        var first = part(this);
        if (!Current.Is(symbol))
        {
            return first;
        }

        var children = new List<SyntaxNode> { first };
        while (Current.Is(symbol))
        {
            _at++;
            children.Add(part(this));
        }

        return new(kind, first.Start, PreviousEnd, children);
    }

    private SyntaxNode Relation()
    {
        var left = Sum();
        var op = Current;
        if (op.IsWord("has"))
        {
            _at++;
            var field = Current.Kind == TokenKind.Text ? Leaf(SyntaxKind.Text) : Sum();
            return new(SyntaxKind.Has, left.Start, PreviousEnd, [left, field]);
        }

        if (op.IsWord("like"))
        {
            _at++;
            return new(SyntaxKind.Like, left.Start, PreviousEnd, [left, Sum()]);
        }

        if (op.IsWord("is"))
        {
            return Is(left);
        }

        if (!op.IsWord("in") && !(op.Kind == TokenKind.Symbol && Array.IndexOf(Comparisons, op.Text) >= 0))
        {
            return left;
        }

        if (op.Text == "=")
        {
            throw Unexpected("`==`", "`==` compares; there is no assignment");
        }

        _at++;
        var right = Sum();
        if (Current.IsWord("in") || (Current.Kind == TokenKind.Symbol && Array.IndexOf(Comparisons, Current.Text) >= 0))
        {
            throw Fault(Current.Span, $"`{Current.Text}` follows another comparison", "`&&`, `||` or the end of the expression",
                "comparisons do not chain: use brackets, or join two comparisons by `&&`");
        }

        return new(SyntaxKind.Relation, left.Start, PreviousEnd, [left, right]) { Operators = [op] };
    }

    private SyntaxNode Is(SyntaxNode left)
    {
        _at++;
        var type = Sum();
        if (!Current.IsWord("in"))
        {
            return new(SyntaxKind.Is, left.Start, PreviousEnd, [left, type]);
        }

        _at++;
        var within = Sum();
        return new(SyntaxKind.Is, left.Start, PreviousEnd, [left, type, within]);
    }

    private SyntaxNode Sum() =>
        Operated(SyntaxKind.Sum, "+", "-", null, static p => p.Operated(SyntaxKind.Product, "*", "/", "%", static q => q.Unary()));

    private SyntaxNode Operated(SyntaxKind kind, string one, string two, string? three, Func<PolicyParser, SyntaxNode> part)
    {
        var first = part(this);
        if (!Current.Is(one) && !Current.Is(two) && (three is null || !Current.Is(three)))
        {
            return first;
        }

        var children = new List<SyntaxNode> { first };
        var operators = new List<Token>();
        while (Current.Is(one) || Current.Is(two) || (three is not null && Current.Is(three)))
        {
            operators.Add(Current);
            _at++;
            children.Add(part(this));
        }

        return new(kind, first.Start, PreviousEnd, children) { Operators = operators };
    }

    private SyntaxNode Unary()
    {
        var start = Current;
        var operators = new List<Token>();
        while ((Current.Is("!") || Current.Is("-")) && Current.Text == start.Text)
        {
            operators.Add(Current);
            _at++;
        }

        if (operators.Count > 4)
        {
            throw Fault(new(start.Start, PreviousEnd), $"`{start.Text}` stands {operators.Count} times", "at most four in a row");
        }

        var member = Member();
        return operators.Count == 0 ? member : new(SyntaxKind.Unary, start.Start, PreviousEnd, [member]) { Operators = operators };
    }

    private SyntaxNode Member()
    {
        var children = new List<SyntaxNode> { Primary() };
        while (true)
        {
            var start = Current.Start;
            if (Current.Is("."))
            {
                _at++;
                var name = Current.Kind == TokenKind.Identifier ? Leaf(SyntaxKind.Name) : throw Unexpected("a name after `.`",
                    Current.Kind == TokenKind.Text ? "an attribute named by a string is read with `[\"name\"]`" : null);
                children.Add(new(SyntaxKind.Field, start, PreviousEnd, [name]) { Text = name.Text });
            }
            else if (Current.Is("("))
            {
                var arguments = Listed("(", ")");
                children.Add(new(SyntaxKind.Arguments, start, PreviousEnd, arguments));
            }
            else if (Current.Is("["))
            {
                _at++;
                var index = Expression();
                Take("]", "`]` after the attribute's name");
                children.Add(new(SyntaxKind.Index, start, PreviousEnd, [index]));
            }
            else
            {
                return children.Count == 1 ? children[0] : new(SyntaxKind.Member, children[0].Start, PreviousEnd, children);
            }
        }
    }

    private SyntaxNode Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Text: return Leaf(SyntaxKind.Text);
            case TokenKind.Number: return Leaf(SyntaxKind.Number);
            case TokenKind.Slot: return Leaf(SyntaxKind.Slot);
            case TokenKind.Identifier when token.Text is "true" or "false": return Leaf(SyntaxKind.Bool);
            case TokenKind.Identifier: return NameOrReference();
            case TokenKind.Symbol when token.Text == "(":
                _at++;
                var inner = Expression();
                Take(")", "`)`, or an operator");
                return new(SyntaxKind.Parens, token.Start, PreviousEnd, [inner]);
            case TokenKind.Symbol when token.Text == "[":
                var items = Listed("[", "]");
                return new(SyntaxKind.List, token.Start, PreviousEnd, items);
            case TokenKind.Symbol when token.Text == "{":
                return RecordLiteral();
            default:
                throw Unexpected("an expression");
        }
    }

    private SyntaxNode NameOrReference()
    {
        var name = PathName();
        if (!Current.Is("::"))
        {
            return name;
        }

        _at++;
        if (Current.Kind != TokenKind.Text)
        {
            throw Unexpected("the entity's id, a string", "an entity is written `Type::\"id\"`");
        }

        var id = Leaf(SyntaxKind.Text);
        return new(SyntaxKind.Reference, name.Start, PreviousEnd, [name, id]);
    }

    private List<SyntaxNode> Listed(string open, string close)
    {
        Take(open, $"`{open}`");
        var items = new List<SyntaxNode>();
        while (!Current.Is(close))
        {
            items.Add(Expression());
            RequireRoom(items);
            if (!Current.Is(","))
            {
                break;
            }

            _at++;
        }

        Take(close, $"`,` or `{close}`");
        return items;
    }

    private void RequireRoom(List<SyntaxNode> parts)
    {
        if (parts.Count > CedarLimits.ElementsMax)
        {
            throw new CedarException([CedarDiagnostic.At(
                _source, new(parts[^1].Start, PreviousEnd), "LS6002", $"set or record has more than {CedarLimits.ElementsMax} elements")
                with { Hint = "give the elements a parent, and ask for membership with `in`" }]);
        }
    }

    private SyntaxNode RecordLiteral()
    {
        var start = Current.Start;
        _at++;
        var fields = new List<SyntaxNode>();
        while (!Current.Is("}"))
        {
            var key = Current.Kind == TokenKind.Identifier ? PathName() : Current.Kind == TokenKind.Text ? Leaf(SyntaxKind.Text)
                : throw Unexpected("a field's name or `}`");
            Take(":", "`:` after the field's name");
            var value = Expression();
            fields.Add(new(SyntaxKind.RecordField, key.Start, PreviousEnd, [key, value]));
            RequireRoom(fields);
            if (!Current.Is(","))
            {
                break;
            }

            _at++;
        }

        Take("}", "`,` or `}`");
        return new(SyntaxKind.Record, start, PreviousEnd, fields);
    }
}
