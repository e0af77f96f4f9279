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
    private readonly IndexLevel _level;
    private readonly ScopeIndex? _any;
    private readonly FrozenDictionary<string, ScopeIndex>? _byType;
    private readonly FrozenDictionary<EntityUid, ScopeIndex>? _equal;
    private readonly FrozenDictionary<EntityUid, ScopeIndex>? _within;
    private readonly CompiledPolicy[] _policies = [];

    private ScopeIndex(IndexLevel level, IReadOnlyCollection<CompiledPolicy> policies)
    {
        _level = level;
        if (level == IndexLevel.Leaf)
        {
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

    /// <summary>Hands every policy whose scope may match to the collector; a policy with a list of actions can come more than once.</summary>
    public void Visit(EvaluationFrame frame, DecisionBuffer collector)
    {
        if (_level == IndexLevel.Leaf)
        {
            foreach (var policy in _policies)
            {
                collector.Consider(policy, frame);
            }

            return;
        }

        var entity = _level switch
        {
            IndexLevel.Principal => frame.Principal,
            IndexLevel.Resource => frame.Resource,
            _ => frame.Action,
        };
        _any?.Visit(frame, collector);
        if (_byType is not null && _byType.TryGetValue(entity.Type, out var below))
        {
            below.Visit(frame, collector);
        }

        if (_equal is not null && _equal.TryGetValue(entity, out below))
        {
            below.Visit(frame, collector);
        }

        if (_within is not null)
        {
            VisitWithin(_within, entity, frame, collector);
        }
    }

    private static void VisitWithin(FrozenDictionary<EntityUid, ScopeIndex> within, EntityUid entity, EvaluationFrame frame, DecisionBuffer collector)
    {
        if (within.TryGetValue(entity, out var own))
        {
            own.Visit(frame, collector);
        }

        var ancestors = frame.Entities.AncestorsOf(entity);
        if (ancestors.Length <= within.Count)
        {
            foreach (var ancestor in ancestors)
            {
                if (!ancestor.Equals(entity) && within.TryGetValue(ancestor, out var below))
                {
                    below.Visit(frame, collector);
                }
            }

            return;
        }

        // More above than keys: cheaper the other way round.
        foreach (var (key, below) in within)
        {
            if (!key.Equals(entity) && frame.Entities.IsDescendant(entity, key))
            {
                below.Visit(frame, collector);
            }
        }
    }

    private static ScopeKind KindOf(CompiledPolicy policy, IndexLevel level) =>
        level == IndexLevel.Action ? policy.Policy.Action.Kind : ScopeOf(policy, level).Kind;

    private static EntityScope ScopeOf(CompiledPolicy policy, IndexLevel level) =>
        level == IndexLevel.Principal ? policy.Policy.Principal : policy.Policy.Resource;

    private static IEnumerable<EntityUid> KeysOf(CompiledPolicy policy, IndexLevel level) =>
        level == IndexLevel.Action ? policy.Policy.Action.Actions.Distinct() : [ScopeOf(policy, level).Entity!];

    private FrozenDictionary<TKey, ScopeIndex>? Group<TKey>(IEnumerable<CompiledPolicy> policies, Func<CompiledPolicy, IEnumerable<TKey>> keys)
        where TKey : notnull
    {
        var groups = policies.SelectMany(policy => keys(policy).Select(key => (key, policy)))
            .GroupBy(pair => pair.key, pair => pair.policy).ToDictionary(group => group.Key, group => new ScopeIndex(_level + 1, [.. group]));
        return groups.Count == 0 ? null : groups.ToFrozenDictionary();
    }
}
