using System.Collections.Frozen;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>Which level of the index asks which part of the request.</summary>
internal enum IndexLevel
{
    Principal,
    Resource,
    Action,
    Leaf,
}

/// <summary>
/// Policies by what their scope asks of one part of the request; below each key the same for the next part. A request looks up its
/// entity, the entity's type and what is above it, so the work grows with the policies whose scope matches, not with all.
/// </summary>
internal sealed class ScopeIndex
{
    private const int ScannedMax = 6;
    private readonly IndexLevel _level;
    private readonly IndexLevel _open;
    private readonly ScopeIndex? _any;
    private readonly FrozenDictionary<string, ScopeIndex>? _byType;
    private readonly FrozenDictionary<EntityUid, ScopeIndex>? _equal;
    private readonly FrozenDictionary<EntityUid, ScopeIndex>? _within;
    private readonly CompiledPolicy[] _policies = [];

    private ScopeIndex(IndexLevel level, IReadOnlyCollection<CompiledPolicy> policies)
    {
        _level = _open = level;
        if (level == IndexLevel.Leaf || policies.Count <= ScannedMax)
        {
            // So few are faster looked at one after another; their scopes are checked there.
            _level = IndexLevel.Leaf;
            _policies = [.. policies];
            return;
        }

        var byKind = policies.ToLookup(policy => KindOf(policy, level));
        _any = byKind[ScopeKind.Any].Any() ? new(level + 1, [.. byKind[ScopeKind.Any]]) : null;
        _byType = Group<string>(byKind[ScopeKind.Is], policy => [ScopeOf(policy, level).EntityType!]);
        _equal = Group<EntityUid>(byKind[ScopeKind.Equal], policy => KeysOf(policy, level));
        _within = Group<EntityUid>(byKind[ScopeKind.In].Concat(byKind[ScopeKind.IsIn]), policy => KeysOf(policy, level));
    }

    public static ScopeIndex Build(IReadOnlyCollection<CompiledPolicy> policies) => new(IndexLevel.Principal, policies);

    /// <summary>
    /// Hands every policy whose scope may match to the collector; a policy with a list of actions can come more than once.
    /// </summary>
    public void Visit(EvaluationFrame frame, in RequestAncestors above, DecisionBuffer collector)
    {
        foreach (var policy in _policies)
        {
            collector.Consider(policy, _open, frame, above);
        }

        switch (_level)
        {
            case IndexLevel.Principal: Visit(frame.Principal, above.Principal, frame, above, collector); break;
            case IndexLevel.Resource: Visit(frame.Resource, above.Resource, frame, above, collector); break;
            case IndexLevel.Action: Visit(frame.Action, above.Action, frame, above, collector); break;
            default: break;
        }
    }

    private void Visit(
        EntityUid entity, ReadOnlySpan<EntityUid> ancestors, EvaluationFrame frame, in RequestAncestors above, DecisionBuffer collector)
    {
        _any?.Visit(frame, above, collector);
        if (_byType is not null && _byType.TryGetValue(entity.Type, out var below))
        {
            below.Visit(frame, above, collector);
        }

        if (_equal is not null && _equal.TryGetValue(entity, out below))
        {
            below.Visit(frame, above, collector);
        }

        if (_within is null)
        {
            return;
        }

        if (_within.TryGetValue(entity, out below))
        {
            below.Visit(frame, above, collector);
        }

        if (ancestors.Length <= _within.Count)
        {
            foreach (var ancestor in ancestors)
            {
                if (_within.TryGetValue(ancestor, out below) && !ancestor.Equals(entity))
                {
                    below.Visit(frame, above, collector);
                }
            }

            return;
        }

        // More above than keys: cheaper the other way round.
        foreach (var (key, next) in _within)
        {
            if (!key.Equals(entity) && above.IsIn(entity, ancestors, key))
            {
                next.Visit(frame, above, collector);
            }
        }
    }

    private static ScopeKind KindOf(CompiledPolicy policy, IndexLevel level) =>
        level == IndexLevel.Action ? policy.Policy.Action.Kind : ScopeOf(policy, level).Kind;

    private static EntityScope ScopeOf(CompiledPolicy policy, IndexLevel level) =>
        level == IndexLevel.Principal ? policy.Policy.Principal : policy.Policy.Resource;

    private static IEnumerable<EntityUid> KeysOf(CompiledPolicy policy, IndexLevel level) =>
        level == IndexLevel.Action ? policy.Policy.Action.Actions.Distinct() : [ScopeOf(policy, level).Entity!];

    private FrozenDictionary<TKey,
        ScopeIndex>? Group<TKey>(IEnumerable<CompiledPolicy> policies, Func<CompiledPolicy, IEnumerable<TKey>> keys)
        where TKey : notnull
    {
        var groups = policies.SelectMany(policy => keys(policy).Select(key => (key, policy)))
            .GroupBy(pair => pair.key, pair => pair.policy).ToDictionary(
                group => group.Key, group => new ScopeIndex(_level + 1, [.. group]));
        return groups.Count == 0 ? null : groups.ToFrozenDictionary();
    }
}
