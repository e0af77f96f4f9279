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
    public bool? Applies(EvaluationFrame frame) =>
        InScope(Policy.Principal, frame.Principal, frame) && InScope(Policy.Action, frame.Action, frame)
        && InScope(Policy.Resource, frame.Resource, frame) ? Holds(frame) : false;

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

    private static bool InScope(EntityScope scope, EntityUid entity, EvaluationFrame frame) => scope.Kind switch
    {
        ScopeKind.Any => true,
        ScopeKind.Equal => entity.Equals(scope.Entity),
        ScopeKind.In => frame.IsIn(entity, scope.Entity!),
        ScopeKind.Is => entity.Type == scope.EntityType,
        _ => entity.Type == scope.EntityType && frame.IsIn(entity, scope.Entity!),
    };

    private static bool InScope(ActionScope scope, EntityUid action, EvaluationFrame frame)
    {
        if (scope.Kind == ScopeKind.Any)
        {
            return true;
        }

        foreach (var wanted in scope.Actions)
        {
            if (scope.Kind == ScopeKind.Equal ? action.Equals(wanted) : frame.IsIn(action, wanted))
            {
                return true;
            }
        }

        return false;
    }
}
