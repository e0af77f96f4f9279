using Lockstep.Ledger;

namespace Lockstep.Reconciliation.Findings;

/// <summary>What our witnesses say of the ledger.</summary>
internal static class WitnessRules
{
    /// <summary>
    /// A witness that does not cosign, until it does. That it could not be reached is in the log: the next checkpoint asks again.
    /// </summary>
    internal static IEnumerable<Finding> Refusing(FindingScene scene) =>
        from standing in scene.Estate.Witnesses.Values
        where standing.Refusal is not null && standing.Refusal != nameof(WitnessRefusalKind.Unreachable)
        let isRewritten = standing.Refusal == nameof(WitnessRefusalKind.Rewritten)
        select scene.Finding(
            FindingKind.WitnessRefuses,
            isRewritten ? FindingSeverity.Critical : FindingSeverity.Medium,
            standing.Subject,
            isRewritten
                ? $"the ledger that we run is not the one that witness {standing.Witness} saw: {standing.Detail}"
                : $"witness {standing.Witness} does not cosign the ledger: {standing.Detail}",
            []);
}
