using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>A policy ready to be decided.</summary>
internal sealed class CompiledPolicy
{
    private readonly Node[] _conditions;
    private readonly bool[] _isUnless;

    // What a decision asks lies in this object itself; a policy is reached at random, so each step aside is a wait for memory.
    private readonly ScopeKind _principalKind;
    private readonly ScopeKind _actionKind;
    private readonly ScopeKind _resourceKind;
    private readonly EntityUid? _principal;
    private readonly EntityUid? _action;
    private readonly EntityUid? _resource;
    private readonly string? _principalType;
    private readonly string? _resourceType;
    private readonly EntityUid[] _moreActions;

    /// <summary>Compiles a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="ordinal">Its place in the set.</param>
    /// <param name="shared">One instance for each entity that the set names.</param>
    public CompiledPolicy(Policy policy, int ordinal, Dictionary<EntityUid, EntityUid> shared)
    {
        EntityUid? Shared(EntityUid? uid) => uid is null ? null : shared.TryGetValue(uid, out var same) ? same : shared[uid] = uid;
        (_principalKind, _actionKind, _resourceKind) = (policy.Principal.Kind, policy.Action.Kind, policy.Resource.Kind);
        (_principal, _resource) = (Shared(policy.Principal.Entity), Shared(policy.Resource.Entity));
        (_principalType, _resourceType) = (policy.Principal.EntityType, policy.Resource.EntityType);
        _action = Shared(policy.Action.Actions.FirstOrDefault());
        _moreActions = [.. policy.Action.Actions.Skip(1).Select(action => Shared(action)!)];
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
    public bool? Applies(EvaluationFrame frame) => InScopeFrom(IndexLevel.Principal, frame, new RequestAncestors(frame)) ? Holds(frame)
        : false;

    /// <summary>Decides what an index that has matched the levels before <paramref name="level"/> has left open, cheapest first.</summary>
    public bool InScopeFrom(IndexLevel level, EvaluationFrame frame, in RequestAncestors above) =>
        (level > IndexLevel.Action || ActionInScope(frame.Action, above))
        && (level > IndexLevel.Resource ? HasType(_resourceKind, _resourceType, frame.Resource)
            : InScope(_resourceKind, _resource, _resourceType, frame.Resource, above.Resource, above))
        && (level > IndexLevel.Principal ? HasType(_principalKind, _principalType, frame.Principal)
            : InScope(_principalKind, _principal, _principalType, frame.Principal, above.Principal, above));

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
    private static bool HasType(ScopeKind kind, string? type, EntityUid entity) => kind != ScopeKind.IsIn || entity.Type == type;

    private static bool InScope(
        ScopeKind kind, EntityUid? wanted, string? type, EntityUid entity, ReadOnlySpan<EntityUid> ancestors, in RequestAncestors above) =>
            kind switch
    {
        ScopeKind.Any => true,
        ScopeKind.Equal => entity.Equals(wanted),
        ScopeKind.In => above.IsIn(entity, ancestors, wanted!),
        ScopeKind.Is => entity.Type == type,
        _ => entity.Type == type && above.IsIn(entity, ancestors, wanted!),
    };

    private bool ActionInScope(EntityUid action, in RequestAncestors above)
    {
        if (_actionKind == ScopeKind.Any)
        {
            return true;
        }

        if (_action is null)
        {
            return false;
        }

        if (_actionKind == ScopeKind.Equal ? action.Equals(_action) : above.IsIn(action, above.Action, _action))
        {
            return true;
        }

        foreach (var wanted in _moreActions)
        {
            if (above.IsIn(action, above.Action, wanted))
            {
                return true;
            }
        }

        return false;
    }
}
