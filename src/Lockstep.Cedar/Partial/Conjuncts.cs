using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Partial;

/// <summary>A policy as a list of expressions that must all be true for it to apply: the scope's first, then the conditions'.</summary>
internal static class Conjuncts
{
    public static IEnumerable<Expr> Of(Policy policy)
    {
        var scope = Scope(policy.Principal, RequestVariable.Principal).Concat(Action(policy.Action)).Concat(
            Scope(policy.Resource, RequestVariable.Resource));
        return scope.Concat(policy.Conditions.SelectMany(condition =>
            condition.IsUnless ? [new Expr.Unary(UnaryOperator.Not, condition.Body) { Span = condition.Body.Span }]
                : Split(condition.Body)));
    }

    private static IEnumerable<Expr> Split(Expr expr)
    {
        var open = new Stack<Expr>([expr]);
        while (open.TryPop(out var next))
        {
            if (next is Expr.And and)
            {
                open.Push(and.Right);
                open.Push(and.Left);
            }
            else
            {
                yield return next;
            }
        }
    }

    private static IEnumerable<Expr> Scope(EntityScope scope, RequestVariable variable)
    {
        var subject = new Expr.Variable(variable) { Span = scope.Span };
        if (scope.EntityType is { } type)
        {
            yield return new Expr.Is(subject, type, null) { Span = scope.Span };
        }

        if (scope.Entity is { } entity)
        {
            var op = scope.Kind == ScopeKind.Equal ? BinaryOperator.Equal : BinaryOperator.In;
            yield return new Expr.Binary(op, subject, new Expr.Literal(CedarValue.Of(entity))) { Span = scope.Span };
        }
    }

    private static IEnumerable<Expr> Action(ActionScope scope)
    {
        if (scope.Kind == ScopeKind.Any)
        {
            return [];
        }

        var subject = new Expr.Variable(RequestVariable.Action) { Span = scope.Span };
        var actions = scope.Actions.Select(action => (Expr)new Expr.Literal(CedarValue.Of(action))).ToArray();
        return [new Expr.Binary(scope.Kind == ScopeKind.Equal ? BinaryOperator.Equal : BinaryOperator.In, subject,
            scope.IsList ? new Expr.SetOf([.. actions]) : actions[0]) { Span = scope.Span }];
    }
}
