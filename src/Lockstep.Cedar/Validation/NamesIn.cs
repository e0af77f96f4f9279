using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Lists every entity and entity type that a policy names.</summary>
internal sealed class NamesIn(Policy policy)
{
    public IEnumerable<(EntityUid? Uid, string Type, SourceSpan Span)> All() =>
        InScope(policy.Principal)
            .Concat(policy.Action.Actions.Select(action => ((EntityUid?)action, action.Type, policy.Action.Span)))
            .Concat(InScope(policy.Resource))
            .Concat(policy.Conditions.SelectMany(condition => In(condition.Body)));

    private static IEnumerable<(EntityUid? Uid, string Type, SourceSpan Span)> InScope(EntityScope scope)
    {
        if (scope.EntityType is { } type)
        {
            yield return (null, type, scope.Span);
        }

        if (scope.Entity is { } entity)
        {
            yield return (entity, entity.Type, scope.Span);
        }
    }

    private static IEnumerable<(EntityUid? Uid, string Type, SourceSpan Span)> In(Expr expr)
    {
        var open = new Stack<Expr>([expr]);
        while (open.TryPop(out var next))
        {
            if (next is Expr.Literal { Value: { Kind: CedarKind.Entity } value })
            {
                yield return (value.AsEntity, value.AsEntity.Type, next.Span);
            }
            else if (next is Expr.Is test)
            {
                yield return (null, test.EntityType, test.Span);
            }

            foreach (var child in ExprParts.Of(next))
            {
                open.Push(child);
            }
        }
    }
}
