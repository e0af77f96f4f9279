using Lockstep.Cedar.Values;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>What was found of one principal that is worth keeping.</summary>
/// <param name="Forbidden">What they have that some policy forbids, by the policy's id; sorted by resource and action.</param>
/// <param name="Faults">Policies that could not be evaluated for some access, with the first reason.</param>
/// <param name="Limit">What cut the search for their access short, or <see langword="null"/>.</param>
internal sealed record PrincipalResult(
    IReadOnlyDictionary<string, IReadOnlyList<ForbiddenAccess>> Forbidden, IReadOnlyDictionary<string, string> Faults, string? Limit)
{
    /// <summary>Gets a value indicating whether there is nothing to keep.</summary>
    public bool IsEmpty => Forbidden.Count == 0 && Faults.Count == 0 && Limit is null;
}

/// <summary>Asks, of one principal after another, whether they have what guardrails forbid: in one estate at one instant.</summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class PrincipalCheck(GuardrailSet set, IEstate estate, DateTimeOffset at, CancellationToken cancellationToken)
{
    private static readonly CedarRecord Direct = new([new("direct", CedarValue.True)]);
    private static readonly CedarRecord Indirect = new([new("direct", CedarValue.False)]);
    private readonly GraphMoment _entities = GraphEntities.Of(estate).At(at);

    /// <summary>
    /// Says whether guardrails are about a node: an identity, or an account behind which nobody is known. What a mere token logs in as is
    /// nobody; whoever holds the token is asked.
    /// </summary>
    public bool IsPrincipal(NodeId node) => estate.Find(node) is { } known && (node.Kind == NodeKinds.Identity
        || (node.Kind == NodeKinds.Account && known.Find(NodeAttributes.TokenAccount) != "true"
            && !estate.Graph.LinksTo(node, LinkKind.Represents).Any(l => l.Validity.HoldsAt(at))));

    /// <summary>Asks about everything that a principal reaches.</summary>
    public PrincipalResult Ask(NodeId principal)
    {
        var access = estate.Graph.AccessOf(principal, at, QueryLimits.Default, cancellationToken);
        var direct = new DirectAccess(estate.Graph, principal, at);
        var found = new Dictionary<string, List<ForbiddenAccess>>(StringComparer.Ordinal);
        var faults = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var chain in access.Value)
        {
            var (target, isDirect) = (chain.Target, direct.Has(chain.Target));
            Decide(principal, target, isDirect, existence: false, faults, rule =>
                found.GetOrAdd(rule.Policy.Id).Add(new(rule.Part, target, isDirect, direct.Find(target) ?? chain)));
        }

        if (set.AsksExistence)
        {
            var target = new AccessTarget(principal, GuardrailRule.Exists);
            Decide(principal, target, isDirect: true, existence: true, faults, rule =>
                found.GetOrAdd(rule.Policy.Id).Add(new(rule.Part, target, IsDirect: true, Chain: null)));
        }

        var limit = (access as Answer<IReadOnlyList<Chain>>.Truncated)?.Limit;
        return new(
            found.ToDictionary(f => f.Key, f => Sorted(f.Value), StringComparer.Ordinal), faults,
            limit ?? (direct.IsComplete ? null : $"more than {Membership.NodesMax} groups and roles"));
    }

    private static IReadOnlyList<ForbiddenAccess> Sorted(List<ForbiddenAccess> accesses) =>
    [
        .. accesses.OrderBy(a => a.Target.Resource).ThenBy(a => a.Target.Action, StringComparer.Ordinal)
            .Select((a, i) => i < ForbiddenAccess.ChainsMax ? a : a with { Chain = null }),
    ];

    private void Decide(
        NodeId principal, AccessTarget target, bool isDirect, bool existence, SortedDictionary<string, string> faults,
        Action<GuardrailRule> forbid)
    {
        var buffer = DecisionPoint.Buffer;
        set.Authorizer.Decide(
            new(EntityNames.Of(principal), new(EntityNames.ActionType, target.Action), EntityNames.Of(target.Resource), isDirect ? Direct : Indirect),
            _entities, buffer);
        foreach (var policy in buffer.Determining)
        {
            if (set.Rules[policy.Id] is var rule && (!existence || rule.AsksExistence))
            {
                forbid(rule);
            }
        }

        foreach (var fault in buffer.Faults)
        {
            if (!existence || set.Rules[fault.Policy.Id].AsksExistence)
            {
                faults.TryAdd(fault.Policy.Id, fault.Fault.Message);
            }
        }
    }
}

/// <summary>Lists by key.</summary>
internal static class ListsByKey
{
    extension(Dictionary<string, List<ForbiddenAccess>> lists)
    {
        /// <summary>Gives the list of a key, a new one at first.</summary>
        public List<ForbiddenAccess> GetOrAdd(string key) =>
            lists.TryGetValue(key, out var list) ? list : lists[key] = [];
    }
}
