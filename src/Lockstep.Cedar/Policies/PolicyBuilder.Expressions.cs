using System.Collections.Immutable;
using System.Globalization;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Policies;

/// <summary>The expression half of the builder.</summary>
internal sealed partial class PolicyBuilder
{
    private static readonly ImmutableArray<string> Variables = ["principal", "action", "resource", "context"];
    private int _height;

    public static Expr BuildExpression(SourceText source, SyntaxNode node) => new PolicyBuilder(source).BuildExpression(node);

    private Expr BuildExpression(SyntaxNode node)
    {
        _height++;
        if (_height > CedarLimits.ExpressionHeightMax)
        {
            throw TooTall(node);
        }

        var built = node.Kind switch
        {
            SyntaxKind.Parens => BuildExpression(node.Children[0]),
            SyntaxKind.If => new Expr.If(
                BuildExpression(node.Children[0]), BuildExpression(node.Children[1]), BuildExpression(node.Children[2])),
            SyntaxKind.Or => Joined(node, static (a, b) => new Expr.Or(a, b)),
            SyntaxKind.And => Joined(node, static (a, b) => new Expr.And(a, b)),
            SyntaxKind.Relation => new Expr.Binary(OperatorNames.Find(node.Operators[0].Text)!.Value,
                BuildExpression(node.Children[0]), BuildExpression(node.Children[1])),
            SyntaxKind.Has => Has(node),
            SyntaxKind.Like => Like(node),
            SyntaxKind.Is => new Expr.Is(BuildExpression(node.Children[0]), TypeName(node.Children[1]),
                node.Children.Count > 2 ? BuildExpression(node.Children[2]) : null),
            SyntaxKind.Sum or SyntaxKind.Product => Arithmetic(node),
            SyntaxKind.Unary => Unary(node),
            SyntaxKind.Member => Member(node),
            _ => Primary(node),
        };
        _height--;
        return built with { Span = node.Span };
    }

    private CedarException TooTall(SyntaxNode node) => new([CedarDiagnostic.At(source, node.Span, "LS6002",
        $"expression is taller than {CedarLimits.ExpressionHeightMax} operators") with { Hint =
            "use a set and `contains`, or split the policy" }]);

    private Expr Joined(SyntaxNode node, Func<Expr, Expr, Expr> join)
    {
        if (node.Children.Count + _height > CedarLimits.ExpressionHeightMax)
        {
            throw TooTall(node);
        }

        var built = BuildExpression(node.Children[0]);
        foreach (var child in node.Children.Skip(1))
        {
            built = join(built, BuildExpression(child)) with { Span = new(node.Start, child.End) };
        }

        return built;
    }

    private Expr Arithmetic(SyntaxNode node)
    {
        if (node.Children.Count + _height > CedarLimits.ExpressionHeightMax)
        {
            throw TooTall(node);
        }

        var built = BuildExpression(node.Children[0]);
        for (var i = 0; i < node.Operators.Count; i++)
        {
            var op = node.Operators[i];
            var binary = OperatorNames.Find(op.Text)
                ?? throw Fault(op.Span, $"the language has no `{op.Text}`", "`+`, `-` or `*`");
            built = new Expr.Binary(
                binary, built, BuildExpression(node.Children[i + 1])) { Span = new(node.Start, node.Children[i + 1].End) };
        }

        return built;
    }

    private Expr Unary(SyntaxNode node)
    {
        var count = node.Operators.Count;
        var operand = node.Children[0];
        Expr built;
        if (node.Operators[0].Text == "-" && operand.Kind == SyntaxKind.Number)
        {
            built = new Expr.Literal(CedarValue.Of(Number(operand, isNegative: true))) { Span = new(node.Operators[^1].Start, node.End) };
            count--;
        }
        else
        {
            built = BuildExpression(operand);
        }

        for (var i = count - 1; i >= 0; i--)
        {
            var op = node.Operators[i];
            built = new Expr.Unary(op.Text == "!" ? UnaryOperator.Not : UnaryOperator.Negate, built) { Span = new(op.Start, node.End) };
        }

        return built;
    }

    private long Number(SyntaxNode node, bool isNegative)
    {
        const ulong LeastNegated = (ulong)long.MaxValue + 1;
        if (!ulong.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > (isNegative ? LeastNegated : long.MaxValue))
        {
            throw Fault(node.Span, $"`{node.Text}` is too large for a long", $"at most {long.MaxValue}");
        }

        return number == LeastNegated ? long.MinValue : isNegative ? -(long)number : (long)number;
    }

    private Expr Has(SyntaxNode node)
    {
        var target = BuildExpression(node.Children[0]);
        var field = Unwrap(node.Children[1]);
        if (field.Kind == SyntaxKind.Text)
        {
            return new Expr.Has(target, ReadText(field));
        }

        var isPath = field.Kind == SyntaxKind.Member && field.Children.Skip(1).All(c => c.Kind == SyntaxKind.Field);
        var names = field.Kind == SyntaxKind.Name ? [field] : isPath ? field.Children : [];
        if (names.Count == 0 || names[0].Kind != SyntaxKind.Name || names[0].Path.Count != 1)
        {
            throw Fault(field.Span, "`has` is followed by something that is not an attribute's name", "a name, `a.b.c`, or a string");
        }

        if (names.Count + _height > CedarLimits.NestingMax)
        {
            throw TooTall(node);
        }

        Expr? all = null;
        foreach (var name in names)
        {
            var text = name.Kind == SyntaxKind.Field ? name.Text : name.PathText;
            Unreserved(text, name.Span);
            var one = new Expr.Has(target, text) { Span = node.Span };
            all = all is null ? one : new Expr.And(all, one) { Span = node.Span };
            target = new Expr.Get(target, text) { Span = new(node.Start, name.End) };
        }

        return all!;
    }

    private Expr.Like Like(SyntaxNode node)
    {
        var pattern = Unwrap(node.Children[1]);
        if (pattern.Kind != SyntaxKind.Text)
        {
            throw Fault(pattern.Span, "`like` is followed by something that is not a pattern", "a string, in which `*` stands for any run");
        }

        var wildcards = new List<int>();
        var text = Escapes.Read(pattern.Text.AsSpan(1, pattern.Text.Length - 2), true, wildcards, out var badAt)
            ?? throw BadEscape(pattern, badAt);
        return new(BuildExpression(node.Children[0]), LikePattern.Cut(text, wildcards));
    }

    private Expr Primary(SyntaxNode node) => node.Kind switch
    {
        SyntaxKind.Text => new Expr.Literal(CedarValue.Of(ReadText(node))),
        SyntaxKind.Number => new Expr.Literal(CedarValue.Of(Number(node, isNegative: false))),
        SyntaxKind.Bool => new Expr.Literal(CedarValue.Of(node.Text == "true")),
        SyntaxKind.Reference => new Expr.Literal(CedarValue.Of(Reference(node))),
        SyntaxKind.List => new Expr.SetOf([.. node.Children.Select(BuildExpression)]),
        SyntaxKind.Record => Record(node),
        SyntaxKind.Slot => throw Fault(node.Span, $"slot `{node.Text}` stands in a condition", "slots only in the scope",
            $"write `{node.Text[1..]} == {node.Text}` or `{node.Text[1..]} in {node.Text}` in the scope"),
        _ => Variable(node),
    };

    private Expr.Variable Variable(SyntaxNode node)
    {
        var index = node.Path.Count == 1 ? Variables.IndexOf(node.PathText) : -1;
        return index >= 0 ? new Expr.Variable((RequestVariable)index)
            : throw Fault(node.Span, $"`{node.PathText}` is not a variable", "`principal`, `action`, `resource` or `context`",
                Spelling.Hint(node.PathText, Variables) ?? "text stands in double quotes, an entity is written `Type::\"id\"`");
    }

    private Expr.RecordOf Record(SyntaxNode node)
    {
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, Expr>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in node.Children)
        {
            var key = field.Children[0];
            if (key.Kind == SyntaxKind.Name && key.Path.Count != 1)
            {
                throw Fault(key.Span, $"`{key.PathText}` is not a field's name", "a name or a string");
            }

            var name = key.Kind == SyntaxKind.Text ? ReadText(key) : key.PathText;
            if (key.Kind == SyntaxKind.Name)
            {
                Unreserved(name, key.Span);
            }

            if (!names.Add(name))
            {
                throw Fault(key.Span, $"field `{name}` is given twice", "each field once");
            }

            fields.Add(new(name, BuildExpression(field.Children[1])));
        }

        return new Expr.RecordOf(fields.ToImmutable());
    }
}
