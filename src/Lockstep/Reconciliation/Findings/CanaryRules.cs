using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>What our canaries found out.</summary>
internal static class CanaryRules
{
    /// <summary>A system that let in for longer than its settings promise, when it was last measured.</summary>
    internal static IEnumerable<Finding> Late(FindingScene scene) =>
        from system in scene.Estate.Canaries
        let last = system.Value[^1]
        where last.IsLate
        let took = last.DeniedSeconds is null ? "more than " : string.Empty
        select scene.Finding(
            FindingKind.DenialBoundExceeded,
            FindingSeverity.High,
            last.AccountId,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{system.Key} let our canary in for {took}{last.LeastSeconds:0} s after the cause; {last.ComputedSeconds:0} s were promised: "
                    + $"it is not configured as believed"),
            [],
            system.Key);

    /// <summary>Gives the canaries' accounts and the identities behind them: they are ours, cut most of the time, and nobody's.</summary>
    internal static HashSet<NodeId> Ours(IEstate estate)
    {
        var accounts = estate.Canaries.Values.SelectMany(m => m).Select(m => m.AccountId).Distinct().ToList();
        return
        [
            .. accounts,
            .. accounts.SelectMany(estate.Graph.LinksTo).Where(l => l.Kind == LinkKind.Represents).Select(l => l.From),
        ];
    }
}
