using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Finds the type of expressions for one kind of request.</summary>
internal sealed partial class TypeChecker(Schema schema, RequestKind kind, Action<SourceSpan, string, string?, string?> report)
{
    /// <summary>Checks an expression.</summary>
    /// <param name="expr">The expression.</param>
    /// <param name="known">Attributes and tags that are known to be there when the expression is evaluated.</param>
    public Answer Check(Expr expr, ImmutableHashSet<string> known) => expr switch
    {
        Expr.Literal literal => Literal(literal.Value),
        Expr.Variable variable => Answer.Right(TypeOf(variable.Name)),
        Expr.If test => If(test, known),
        Expr.And and => And(and.Left, and.Right, known),
        Expr.Or or => Or(or, known),
        Expr.Unary unary => Unary(unary, known),
        Expr.Binary binary => Binary(binary, known),
        Expr.Like like => Answer.Right(CedarType.Bool).After(Expect(like.Operand, known, CedarType.String)),
        Expr.Is test => Is(test, known),
        Expr.Has has => Has(has, known),
        Expr.Get get => Get(get, known),
        Expr.Call call => Call(call, known),
        Expr.SetOf set => Set(set, known),
        Expr.RecordOf record => Record(record, known),
        _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown expression."),
    };

    public Answer ExpectBool(Expr expr, ImmutableHashSet<string> known) => Expect(expr, known, CedarType.Bool);

    private Answer Literal(CedarValue value) => value.Kind switch
    {
        CedarKind.Bool => Answer.Right(value.AsBool ? CedarType.True : CedarType.False),
        CedarKind.Long => Answer.Right(CedarType.Long),
        CedarKind.String => Answer.Right(CedarType.String),
        CedarKind.Entity => Entity(value.AsEntity),
        _ => Answer.Wrong(null),
    };

    // What is not declared has been reported once for the whole policy.
    private Answer Entity(EntityUid uid) =>
        (Schema.IsActionType(uid.Type) ? schema.Actions.ContainsKey(uid) : schema.EntityTypes.ContainsKey(uid.Type))
        ? Answer.Right(new CedarType.EntityType(uid.Type)) : Answer.Wrong(null);

    private CedarType TypeOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => new CedarType.EntityType(kind.Principal),
        RequestVariable.Action => new CedarType.EntityType(kind.Action.Uid.Type),
        RequestVariable.Resource => new CedarType.EntityType(kind.Resource),
        _ => kind.Action.Context,
    };

    private Answer If(Expr.If test, ImmutableHashSet<string> known)
    {
        var guard = ExpectBool(test.Test, known);
        switch ((guard.Type as CedarType.BoolType)?.Only)
        {
            case true:
                var then = Check(test.Then, known.Union(guard.Known));
                return (then with { Known = then.Known.Union(guard.Known) }).After(guard, then);
            case false:
                return Check(test.Else, known).After(guard);
            default:
                var first = Check(test.Then, known.Union(guard.Known));
                first = first.IsRight ? first with { Known = first.Known.Union(guard.Known) } : first;
                var second = Check(test.Else, known);
                return Joined(test, [first, second], "both branches of `if`") is { } type
                    ? Answer.Right(type, first.Known.Intersect(second.Known)).After(guard, first, second) : Answer.Wrong(null);
        }
    }

    private Answer And(Expr leftExpr, Expr rightExpr, ImmutableHashSet<string> known)
    {
        var left = ExpectBool(leftExpr, known);
        if (left.Type is CedarType.BoolType { Only: false })
        {
            return Answer.Right(CedarType.False).After(left);
        }

        var right = ExpectBool(rightExpr, known.Union(left.Known));
        return ((left.Type, right.Type) switch
        {
            (null, _) or (_, null) => Answer.Wrong(CedarType.Bool),
            (_, CedarType.BoolType { Only: false }) => Answer.Right(CedarType.False),
            (_, CedarType.BoolType { Only: true }) => Answer.Right(left.Type, left.Known.Union(right.Known)),
            (CedarType.BoolType { Only: true }, _) => Answer.Right(right.Type, right.Known),
            _ => Answer.Right(CedarType.Bool, left.Known.Union(right.Known)),
        }).After(left, right);
    }

    private Answer Or(Expr.Or or, ImmutableHashSet<string> known)
    {
        var left = ExpectBool(or.Left, known);
        if (left.Type is CedarType.BoolType { Only: true })
        {
            return left;
        }

        var right = ExpectBool(or.Right, known);
        return ((left.Type, right.Type) switch
        {
            (null, _) or (_, null) => Answer.Wrong(CedarType.Bool),
            (_, CedarType.BoolType { Only: true }) => Answer.Right(CedarType.True, right.Known),
            (_, CedarType.BoolType { Only: false }) => Answer.Right(left.Type, left.Known),
            (CedarType.BoolType { Only: false }, _) => Answer.Right(right.Type, right.Known),
            _ => Answer.Right(CedarType.Bool, left.Known.Intersect(right.Known)),
        }).After(left, right);
    }

    private Answer Unary(Expr.Unary unary, ImmutableHashSet<string> known)
    {
        switch (unary.Operator)
        {
            case UnaryOperator.Negate:
                return Answer.Right(CedarType.Long).After(Expect(unary.Operand, known, CedarType.Long));
            case UnaryOperator.IsEmpty:
                return Answer.Right(CedarType.Bool).After(Expect(unary.Operand, known, CedarType.AnySet));
            default:
                var operand = ExpectBool(unary.Operand, known);
                return operand.Type is null ? Answer.Wrong(CedarType.Bool) : Answer.Right(Inverse(operand.Type)).After(operand);
        }
    }

    private static CedarType Inverse(CedarType type) => (type as CedarType.BoolType)?.Only switch
    {
        true => CedarType.False,
        false => CedarType.True,
        _ => CedarType.Bool,
    };

    private Answer Set(Expr.SetOf set, ImmutableHashSet<string> known)
    {
        var items = set.Items.Select(item => Check(item, known)).ToArray();
        if (items.Length == 0)
        {
            report(set.Span, "an empty set has no type", "at least one element", "to ask whether a set is empty, write `.isEmpty()`");
            return Answer.Wrong(null);
        }

        return Joined(set, items, "all elements of a set") is { } element ? Answer.Right(new CedarType.SetType(element)).After(items)
            : Answer.Wrong(null);
    }

    private Answer Record(Expr.RecordOf record, ImmutableHashSet<string> known)
    {
        var fields = record.Fields.Select(field => (field.Key, Answer: Check(field.Value, known))).ToArray();
        if (fields.Any(field => field.Answer.Type is null))
        {
            return Answer.Wrong(null);
        }

        var attributes = fields.ToImmutableSortedDictionary(
            field => field.Key, field => new AttributeType(field.Answer.Type!, true), StringComparer.Ordinal);
        return Answer.Right(new CedarType.RecordType(attributes)).After([.. fields.Select(field => field.Answer)]);
    }

    /// <summary>Finds the type above all, and reports where there is none.</summary>
    private CedarType? Joined(Expr at, Answer[] parts, string what)
    {
        if (parts.Any(part => part.Type is null))
        {
            return null;
        }

        var joined = TypeRelations.JoinAll(parts.Select(part => part.Type!));
        if (joined is null)
        {
            report(at.Span, $"types do not agree: {string.Join(", ", parts.Select(part => $"`{part.Type}`").Distinct())}",
                $"one type for {what}", null);
        }

        return joined;
    }

    /// <summary>Checks an expression that must have one of some types. Width of records does not matter here.</summary>
    private Answer Expect(Expr expr, ImmutableHashSet<string> known, params ReadOnlySpan<CedarType> wanted)
    {
        var answer = Check(expr, known);
        if (answer.Type is null)
        {
            return Answer.Wrong(null);
        }

        var names = new List<string>();
        foreach (var type in wanted)
        {
            if (type is CedarType.RecordType ? answer.Type is CedarType.RecordType or CedarType.NeverType
                : TypeRelations.IsSubtype(answer.Type, type))
            {
                return answer;
            }

            names.Add(type is CedarType.RecordType ? "a record" : $"`{type}`");
        }

        report(expr.Span, $"`{Brief(expr)}` is a `{answer.Type}`", string.Join(" or ", names), Advice(answer.Type, wanted[0]));
        return Answer.Wrong(null);
    }

    private static string? Advice(CedarType found, CedarType wanted) => (found, wanted) switch
    {
        (CedarType.SetType, CedarType.EntityType) => "to look into a set, write `.contains(...)`",
        (CedarType.StringType, CedarType.EntityType) => "to compare text, write `==` or `like`",
        (CedarType.EntityType, CedarType.SetType) => "to look into a group, write `in`",
        (CedarType.StringType, CedarType.LongType) => "text cannot be added",
        (CedarType.EntityType, CedarType.StringType) => "to test an entity's type, write `is`",
        _ => null,
    };

    private static string Brief(Expr expr)
    {
        var text = expr.ToString();
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
