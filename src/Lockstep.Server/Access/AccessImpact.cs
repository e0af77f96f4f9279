using Lockstep.Client;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Access;

/// <summary>Says what other policies on Lockstep itself would change: every valid token, every action, asked from this machine.</summary>
internal static class AccessImpact
{
    internal static ImpactAnswer Find(AccessPolicies access, TokenStore tokens, RunningPolicies then, int max)
    {
        var change = PolicyChange.Between(access.Holder.Current.Policies, then.Policies);
        var (flips, asked) = (new List<DecisionFlip>(), 0);
        var actions = AccessActions.Names.Order(StringComparer.Ordinal).ToList();
        foreach (var (caller, action) in tokens.Valid().SelectMany(_ => actions, (c, a) => (c, a)))
        {
            asked++;
            var (now, next) = (access.RefuseFromHere(access.Holder.Current, caller, action), access.RefuseFromHere(then, caller, action));
            if (now is null != next is null)
            {
                flips.Add(new(
                    caller.TokenId, caller.Name, action, "this", "Lockstep", next is null, next ?? $"not before: {now}", []));
            }
        }

        return new(
            [], [.. change.Added.Select(p => p.Id)], [.. change.Removed.Select(p => p.Id)], [.. change.Changed.Select(p => p.Id)],
            [.. flips.Take(max)], flips.Count, asked, null, []);
    }
}
