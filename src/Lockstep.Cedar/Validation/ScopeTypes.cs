using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Decides by types alone whether the scope of a policy can match one kind of request.</summary>
internal sealed class ScopeTypes(Schema schema, Policy policy, RequestKind kind)
{
    public bool CanMatchPrincipal(string slot) => CanMatch(policy.Principal, kind.Principal, slot);

    public bool CanMatchResource(string slot) => CanMatch(policy.Resource, kind.Resource, slot);

    public bool CanMatchAction()
    {
        var action = kind.Action.Uid;
        return policy.Action.Kind switch
        {
            ScopeKind.Any => true,
            ScopeKind.Equal => action == policy.Action.Actions[0] || !schema.Actions.ContainsKey(policy.Action.Actions[0]),
            _ => policy.Action.Actions.IsEmpty
                || policy.Action.Actions.Any(target => !schema.Actions.ContainsKey(target))
                || policy.Action.Actions.Any(target => target == action || schema.ActionEntities.IsDescendant(action, target)),
        };
    }

    private bool CanMatch(EntityScope scope, string variable, string slot)
    {
        var target = scope.HasSlot ? slot : scope.Entity?.Type;
        return scope.Kind switch
        {
            ScopeKind.Any => true,
            ScopeKind.Is => scope.EntityType == variable,
            ScopeKind.Equal => !IsDeclared(scope, target) || variable == target,
            ScopeKind.In => !IsDeclared(scope, target) || schema.CanBeIn(variable, target!),
            _ => scope.EntityType == variable && (!IsDeclared(scope, target) || schema.CanBeIn(variable, target!)),
        };
    }

    // What is not declared has no type; the check goes on behind it, as it would behind any condition.
    private bool IsDeclared(EntityScope scope, string? type) => scope.HasSlot
        || (Schema.IsActionType(type!) ? schema.Actions.ContainsKey(scope.Entity!) : schema.EntityTypes.ContainsKey(type!));
}
