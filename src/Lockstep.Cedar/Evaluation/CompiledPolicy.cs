using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>A policy ready to be decided.</summary>
internal sealed class CompiledPolicy
{
    private readonly Node[] _conditions;
    private readonly bool[] _isUnless;

    public CompiledPolicy(Policy policy, int ordinal)
    {
        Policy = policy;
        Ordinal = ordinal;
        IsForbid = policy.Effect == Effect.Forbid;
        _conditions = [.. policy.Conditions.Select(condition => Compiler.Compile(condition.Body))];
        _isUnless = [.. policy.Conditions.Select(condition => condition.IsUnless)];
    }

    public Policy Policy { get; }

    public int Ordinal { get; }

    public bool IsForbid { get; }

    /// <summary>Decides scope and conditions; null when a condition could not be evaluated, with the fault in the frame.</summary>
    public bool? Applies(EvaluationFrame frame) => InScope(frame, new RequestAncestors(frame)) ? Holds(frame) : false;

    /// <summary>Decides the scope alone.</summary>
    public bool InScope(EvaluationFrame frame, in RequestAncestors above) =>
        InScope(Policy.Principal, frame.Principal, above.Principal, above) && InScope(Policy.Action, frame.Action, above)
        && InScope(Policy.Resource, frame.Resource, above.Resource, above);

    /// <summary>Decides what an index that has matched the levels before <paramref name="level"/> has left open, cheapest first.</summary>
    public bool InScopeFrom(IndexLevel level, EvaluationFrame frame, in RequestAncestors above)
    {
        var policy = Policy;
        return (level > IndexLevel.Action || InScope(policy.Action, frame.Action, above))
            && (level > IndexLevel.Resource ? HasType(policy.Resource, frame.Resource) : InScope(policy.Resource, frame.Resource, above.Resource, above))
            && (level > IndexLevel.Principal ? HasType(policy.Principal, frame.Principal) : InScope(policy.Principal, frame.Principal, above.Principal, above));
    }

    /// <summary>Decides the conditions alone, for a policy whose scope is known to match.</summary>
    public bool? Holds(EvaluationFrame frame)
    {
        for (var i = 0; i < _conditions.Length; i++)
        {
            if (!_conditions[i].TryEvaluate(frame, out var value))
            {
                return null;
            }

            if (value.Kind != CedarKind.Bool)
            {
                frame.Fail(EvaluationFaultKind.WrongKind, _conditions[i].Source, value, out _);
                return null;
            }

            if (value.AsBool == _isUnless[i])
            {
                return false;
            }
        }

        return true;
    }

    // The index knows the entity of `is T in e`, not the type.
    private static bool HasType(EntityScope scope, EntityUid entity) => scope.Kind != ScopeKind.IsIn || entity.Type == scope.EntityType;

    private static bool InScope(EntityScope scope, EntityUid entity, ReadOnlySpan<EntityUid> ancestors, in RequestAncestors above) => scope.Kind switch
    {
        ScopeKind.Any => true,
        ScopeKind.Equal => entity.Equals(scope.Entity),
        ScopeKind.In => above.IsIn(entity, ancestors, scope.Entity!),
        ScopeKind.Is => entity.Type == scope.EntityType,
        _ => entity.Type == scope.EntityType && above.IsIn(entity, ancestors, scope.Entity!),
    };

    private static bool InScope(ActionScope scope, EntityUid action, in RequestAncestors above)
    {
        if (scope.Kind == ScopeKind.Any)
        {
            return true;
        }

        foreach (var wanted in scope.Actions)
        {
            if (scope.Kind == ScopeKind.Equal ? action.Equals(wanted) : above.IsIn(action, above.Action, wanted))
            {
                return true;
            }
        }

        return false;
    }
}
