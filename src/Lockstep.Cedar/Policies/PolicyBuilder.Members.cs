using System.Collections.Immutable;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Policies;

/// <summary>Attributes, methods and calls.</summary>
internal sealed partial class PolicyBuilder
{
    private Expr Member(SyntaxNode node)
    {
        var parts = node.Children;
        if (parts.Count + _height > CedarLimits.ExpressionHeightMax)
        {
            throw TooTall(node);
        }

        var i = 1;
        Expr built;
        if (parts[0].Kind == SyntaxKind.Name && parts[1].Kind == SyntaxKind.Arguments)
        {
            built = Function(parts[0], parts[1]) with { Span = new(node.Start, parts[1].End) };
            i = 2;
        }
        else
        {
            built = BuildExpression(parts[0]);
        }

        for (; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part.Kind == SyntaxKind.Field && i + 1 < parts.Count && parts[i + 1].Kind == SyntaxKind.Arguments)
            {
                built = Method(built, part.Children[0], parts[++i]) with { Span = new(node.Start, parts[i].End) };
            }
            else
            {
                built = Access(built, part) with { Span = new(node.Start, part.End) };
            }
        }

        return built;
    }

    private Expr.Get Access(Expr target, SyntaxNode part)
    {
        if (part.Kind == SyntaxKind.Arguments)
        {
            throw Fault(part.Span, "only functions and methods can be called", "an operator, `.` or `[`");
        }

        if (part.Kind == SyntaxKind.Field)
        {
            Unreserved(part.Text, part.Children[0].Span);
            return new(target, part.Text);
        }

        var index = Unwrap(part.Children[0]);
        return index.Kind == SyntaxKind.Text ? new(target, ReadText(index))
            : throw Fault(index.Span, "an attribute is named by something that is not a string", "a string such as `[\"name\"]`",
                "the name of an attribute cannot be computed; tags can: `.getTag(...)`");
    }

    private Expr.Call Function(SyntaxNode name, SyntaxNode arguments)
    {
        var text = name.PathText;
        if (!Functions.IsConstructor(text))
        {
            var isMethod = Functions.IsMethod(text) || Array.IndexOf(Functions.BuiltInMethods, text) >= 0;
            throw Fault(name.Span, isMethod ? $"`{text}` is a method, not a function" : $"there is no function `{text}`",
                "`decimal(...)`, `ip(...)`, `datetime(...)` or `duration(...)`",
                isMethod ? $"write `value.{text}(...)`" : Spelling.Hint(text, Functions.Constructors));
        }

        return new(text, [.. arguments.Children.Select(BuildExpression)]);
    }

    private Expr Method(Expr target, SyntaxNode name, SyntaxNode arguments)
    {
        var given = arguments.Children.Select(BuildExpression).ToImmutableArray();
        if (name.Text == "isEmpty")
        {
            Count(name, given, 0);
            return new Expr.Unary(UnaryOperator.IsEmpty, target);
        }

        if (OperatorNames.Find(name.Text) is { } op && OperatorNames.IsMethod(op))
        {
            Count(name, given, 1);
            return new Expr.Binary(op, target, given[0]);
        }

        if (Functions.IsMethod(name.Text))
        {
            return new Expr.Call(name.Text, given.Insert(0, target));
        }

        throw Fault(name.Span, Functions.IsConstructor(name.Text) ? $"`{name.Text}` is a function, not a method"
            : $"there is no method `{name.Text}`",
            "a method of sets, tags, decimals, IP addresses, datetimes or durations",
            Functions.IsConstructor(name.Text) ? $"write `{name.Text}(\"...\")`"
                : Spelling.Hint(name.Text, Functions.Methods.Concat(Functions.BuiltInMethods)));
    }

    private void Count(SyntaxNode name, ImmutableArray<Expr> given, int wanted)
    {
        if (given.Length != wanted)
        {
            throw Fault(name.Span, $"`{name.Text}` is given {given.Length} arguments", wanted == 0 ? "no argument" : "one argument");
        }
    }
}
