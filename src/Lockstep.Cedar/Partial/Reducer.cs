using System.Collections.Immutable;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Partial;

/// <summary>
/// Computes what can be computed of an expression when parts of the request are not known. Never guesses: what is left means the same.
/// </summary>
internal sealed class Reducer(PartialRequest request, IEntitySource entities)
{
    private static readonly EntityUid Nobody = new("Unknown", string.Empty);

    private readonly AuthorizationRequest _known = new(
        request.Principal ?? Nobody, request.Action ?? Nobody, request.Resource ?? Nobody, request.Context ?? CedarRecord.Empty);

    /// <summary>Reduces an expression; null when evaluating it fails for every request.</summary>
    public Expr? Reduce(Expr expr)
    {
        if (!DependsOnUnknown(expr))
        {
            var value = Authorizer.Evaluate(expr, _known, entities, out var fault);
            return fault.Kind == EvaluationFaultKind.None ? new Expr.Literal(value) { Span = expr.Span } : null;
        }

        return expr switch
        {
            Expr.And and => Joined(and.Left, and.Right, stopsAt: false, static (l, r) => new Expr.And(l, r)),
            Expr.Or or => Joined(or.Left, or.Right, stopsAt: true, static (l, r) => new Expr.Or(l, r)),
            Expr.If test => If(test),
            Expr.Is test => Is(test),
            Expr.Unary unary => Reduce(unary.Operand) is { } operand ? unary with { Operand = operand } : null,
            Expr.Binary binary => Reduce(binary.Left) is { } left && Reduce(binary.Right) is { } right
                ? binary with { Left = left, Right = right } : null,
            Expr.Like like => Reduce(like.Operand) is { } operand ? like with { Operand = operand } : null,
            Expr.Has has => Reduce(has.Operand) is { } operand ? has with { Operand = operand } : null,
            Expr.Get get => Reduce(get.Operand) is { } operand ? get with { Operand = operand } : null,
            Expr.Call call => All(call.Arguments) is { } arguments ? call with { Arguments = arguments } : null,
            Expr.SetOf set => All(set.Items) is { } items ? set with { Items = items } : null,
            Expr.RecordOf record => All([.. record.Fields.Select(field => field.Value)]) is { } values
                ? record with { Fields = [.. record.Fields.Zip(values, (field, value) => KeyValuePair.Create(field.Key, value))] } : null,
            _ => expr,
        };
    }

    /// <summary>Says whether an expression names a part of the request, or an attribute, that is not known.</summary>
    public bool DependsOnUnknown(Expr expr)
    {
        var open = new Stack<Expr>([expr]);
        while (open.TryPop(out var next))
        {
            if ((next is Expr.Variable variable && IsUnknown(variable.Name))
                || (next is Expr.Get get && request.UnknownAttributes.Contains(get.Attribute))
                || (next is Expr.Has has && request.UnknownAttributes.Contains(has.Attribute)))
            {
                return true;
            }

            foreach (var part in ExprParts.Of(next))
            {
                open.Push(part);
            }
        }

        return false;
    }

    private bool IsUnknown(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => request.Principal is null,
        RequestVariable.Action => request.Action is null,
        RequestVariable.Resource => request.Resource is null,
        _ => request.Context is null,
    };

    private Expr? Joined(Expr leftExpr, Expr rightExpr, bool stopsAt, Func<Expr, Expr, Expr> join)
    {
        if (Reduce(leftExpr) is not { } left)
        {
            return null;
        }

        if (left is Expr.Literal { Value: { Kind: CedarKind.Bool } value })
        {
            return value.AsBool == stopsAt ? left : Reduce(rightExpr);
        }

        // A right side that fails stays as it is: the left side may spare it.
        return join(left, Reduce(rightExpr) ?? rightExpr);
    }

    private Expr? If(Expr.If test)
    {
        if (Reduce(test.Test) is not { } guard)
        {
            return null;
        }

        return guard is Expr.Literal { Value: { Kind: CedarKind.Bool } value } ? Reduce(value.AsBool ? test.Then : test.Else)
            : test with { Test = guard, Then = Reduce(test.Then) ?? test.Then, Else = Reduce(test.Else) ?? test.Else };
    }

    private Expr? Is(Expr.Is test)
    {
        var type = test.Operand is not Expr.Variable variable ? null
            : variable.Name == RequestVariable.Principal ? request.PrincipalType
            : variable.Name == RequestVariable.Resource ? request.ResourceType : null;
        if (type is not null)
        {
            return type != test.EntityType ? new Expr.Literal(CedarValue.False)
                : test.Within is null ? new Expr.Literal(CedarValue.True)
                : Reduce(new Expr.Binary(BinaryOperator.In, test.Operand, test.Within) { Span = test.Span });
        }

        return Reduce(test.Operand) is not { } operand ? null
            : test with { Operand = operand, Within = test.Within is null ? null : Reduce(test.Within) ?? test.Within };
    }

    private ImmutableArray<Expr>? All(ImmutableArray<Expr> parts)
    {
        var reduced = parts.Select(Reduce).ToArray();
        return reduced.Any(part => part is null) ? null : [.. reduced.OfType<Expr>()];
    }
}
