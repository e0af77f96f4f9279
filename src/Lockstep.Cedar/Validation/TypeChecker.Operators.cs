using System.Collections.Immutable;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Operators, methods and calls.</summary>
internal sealed partial class TypeChecker
{
    private Answer Binary(Expr.Binary binary, ImmutableHashSet<string> known)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.Equal:
                return Equal(binary, known);
            case BinaryOperator.NotEqual:
                var equal = Equal(binary, known);
                return equal with { Type = Inverse(equal.Type!) };
            case BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual:
                return Order(binary, known);
            case BinaryOperator.In:
                return In(binary.Left, binary.Right, known);
            case BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply:
                var left = Expect(binary.Left, known, CedarType.Long);
                return Answer.Right(CedarType.Long).After(left, Expect(binary.Right, known, CedarType.Long));
            case BinaryOperator.HasTag or BinaryOperator.GetTag:
                return Tag(binary, known);
            default:
                return Contains(binary, known);
        }
    }

    private Answer Equal(Expr.Binary binary, ImmutableHashSet<string> known)
    {
        var (left, right) = (Check(binary.Left, known), Check(binary.Right, known));
        CedarType type = CedarType.Bool;
        if (left.Type is not null && right.Type is not null && TypeRelations.AreDisjoint(left.Type, right.Type))
        {
            type = CedarType.False;
        }
        else if (LiteralOf(binary.Left) is { } one && LiteralOf(binary.Right) is { } two)
        {
            type = one == two ? CedarType.True : CedarType.False;
        }

        return type != CedarType.Bool || Alike(binary, left.Type, right.Type) ? Answer.Right(type).After(left, right) : Answer.Wrong(type);
    }

    private bool Alike(Expr at, CedarType? left, CedarType? right)
    {
        if (left is null || right is null || TypeRelations.Join(left, right) is not null)
        {
            return true;
        }

        report(at.Span, $"types do not agree: `{left}` and `{right}` are never equal", "two values of one type", HintFor(left, right));
        return false;
    }

    private static string? HintFor(CedarType left, CedarType right) =>
        left != CedarType.String && right != CedarType.String ? null
        : left == CedarType.Long || right == CedarType.Long ? "a number is written without quotes: `3` and not `\"3\"`"
        : left is CedarType.EntityType || right is CedarType.EntityType
            ? "an entity is written with its type: `User::\"alice\"` and not `\"alice\"`"
        : null;

    // `action` is known for each kind of request, so it counts as a literal.
    private CedarValue? LiteralOf(Expr expr) => expr switch
    {
        Expr.Literal literal => literal.Value,
        Expr.Variable { Name: RequestVariable.Action } => CedarValue.Of(kind.Action.Uid),
        _ => null,
    };

    private Answer Order(Expr.Binary binary, ImmutableHashSet<string> known)
    {
        var (left, right) = (Check(binary.Left, known), Check(binary.Right, known));
        if (left.Type is null || right.Type is null)
        {
            return Answer.Wrong(CedarType.Bool);
        }

        static bool HasOrder(CedarType type) =>
            type is CedarType.LongType or CedarType.ExtensionType { Kind: CedarKind.Datetime or CedarKind.Duration };
        if (HasOrder(left.Type) && left.Type.Equals(right.Type))
        {
            return Answer.Right(CedarType.Bool).After(left, right);
        }

        var isLeft = !HasOrder(left.Type);
        report((isLeft ? binary.Left : binary.Right).Span,
            $"`{OperatorNames.Of(binary.Operator)}` compares a `{left.Type}` with a `{right.Type}`",
            "two `Long`, two `datetime` or two `duration`",
            left.Type is CedarType.ExtensionType { Kind: CedarKind.Decimal } ? "decimals are compared by `.lessThan(...)` and its like"
                : null);
        return Answer.Wrong(CedarType.Bool);
    }

    private Answer Contains(Expr.Binary binary, ImmutableHashSet<string> known)
    {
        var set = Expect(binary.Left, known, CedarType.AnySet);
        if (binary.Operator == BinaryOperator.Contains)
        {
            var item = Check(binary.Right, known);
            return Alike(binary, (set.Type as CedarType.SetType)?.Element, item.Type) ? Answer.Right(CedarType.Bool).After(set, item)
                : Answer.Wrong(CedarType.Bool);
        }

        var other = Expect(binary.Right, known, CedarType.AnySet);
        return Alike(binary, set.Type, other.Type) ? Answer.Right(CedarType.Bool).After(set, other) : Answer.Wrong(CedarType.Bool);
    }

    private Answer Call(Expr.Call call, ImmutableHashSet<string> known)
    {
        var result = ResultOf(call.Function);
        var wanted = ArgumentsOf(call.Function);
        var isRight = true;
        if (call.Arguments.Length != wanted.Length)
        {
            var isMethod = Functions.IsMethod(call.Function);
            report(call.Span, $"`{call.Function}` is given {call.Arguments.Length - (isMethod ? 1 : 0)} arguments",
                (wanted.Length - (isMethod ? 1 : 0)) switch { 0 => "no argument", var n => $"{n}" }, null);
            isRight = false;
        }

        if (Functions.IsConstructor(call.Function))
        {
            isRight &= CheckConstructor(call);
        }

        if (!isRight)
        {
            foreach (var argument in call.Arguments)
            {
                Check(argument, known);
            }

            return Answer.Wrong(result);
        }

        var answers = call.Arguments.Zip(wanted, (argument, type) => Expect(argument, known, type)).ToArray();
        return Answer.Right(result).After(answers);
    }

    private bool CheckConstructor(Expr.Call call)
    {
        if (call.Arguments.Any(argument => argument is not Expr.Literal))
        {
            report(call.Span, $"`{call.Function}` is given something that is computed", $"a literal such as {Sample(call.Function)}",
                "give the value its type in the schema, and no constructor is needed");
            return false;
        }

        if (call.Arguments is [Expr.Literal { Value: { Kind: CedarKind.String } text }]
            && !Extensions.TryConstruct(call.Function, text.AsString, out _))
        {
            report(call.Span, $"`{call.Function}` cannot read `{text.AsString}`", $"a text such as {Sample(call.Function)}", null);
            return false;
        }

        return true;
    }

    private static string Sample(string function) => function switch
    {
        "decimal" => "`\"1.50\"`, with 1 to 4 digits after the point",
        "ip" => "`\"10.0.0.0/8\"` (at most /32) or `\"2001:db8::/32\"` (at most /128)",
        "datetime" => "`\"2026-01-31T12:00:00Z\"`",
        _ => "`\"1d2h30m\"`",
    };

    private static CedarType ResultOf(string function) => function switch
    {
        "decimal" => new CedarType.ExtensionType(CedarKind.Decimal),
        "ip" => new CedarType.ExtensionType(CedarKind.Ip),
        "datetime" or "offset" or "toDate" => new CedarType.ExtensionType(CedarKind.Datetime),
        "duration" or "durationSince" or "toTime" => new CedarType.ExtensionType(CedarKind.Duration),
        "toMilliseconds" or "toSeconds" or "toMinutes" or "toHours" or "toDays" => CedarType.Long,
        _ => CedarType.Bool,
    };

    private static CedarType[] ArgumentsOf(string function)
    {
        if (Functions.IsConstructor(function))
        {
            return [CedarType.String];
        }

        var (own, other) = CallNode.Kinds(function);
        return CallNode.Arity(function) == 2 ? [new CedarType.ExtensionType(own), new CedarType.ExtensionType(other)]
            : [new CedarType.ExtensionType(own)];
    }
}
