using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Finds which steps of a plan a case has not made yet, or must make again because what was cut came back.</summary>
internal static class NextSteps
{
    /// <summary>Finds them.</summary>
    /// <param name="plan">What would be done if nothing had been done yet.</param>
    /// <param name="view">What was done.</param>
    /// <param name="estate">What is known now.</param>
    /// <param name="isFreed">Whether a rotation that was held back may go on.</param>
    public static IReadOnlyList<PlannedStep> Of(CasePlan plan, CaseView view, IEstate estate, bool isFreed)
    {
        var cuts = plan.Steps.Where(s => s.Phase != CasePhase.WaitForCaches && IsNew(s, view, estate)).ToList();
        var rotatesMore = isFreed || cuts.Exists(s => s.Phase == CasePhase.Rotate);

        // Later rounds wait again only for values that are yet to be replaced, also where the plan no longer shows the way to the vault.
        var waits = plan.Steps.Concat(view.Steps.Select(s => s.Plan)).Where(s => s.Phase == CasePhase.WaitForCaches);
        return view.Round == 0 || rotatesMore
            ? [.. waits.DistinctBy(s => s.SystemName).Concat(cuts).OrderBy(s => s.Phase).ThenBy(s => s.Index)]
            : cuts;
    }

    private static bool IsNew(PlannedStep step, CaseView view, IEstate estate)
    {
        var before = view.Steps.LastOrDefault(s => s.Plan.Phase == step.Phase && s.Plan.Cut == step.Cut);
        return before is null || (before.State == StepState.Verified && CameBack(step.Cut!, estate));
    }

    /// <summary>Says whether something that was verified is there again.</summary>
    private static bool CameBack(Cut cut, IEstate estate) => cut switch
    {
        { Kind: CutKind.DisableAccount, Target: var account } => estate.Find(account)?.State == NodeState.Active,
        { Kind: CutKind.RemoveLink, Link: { } link } => estate.Graph.LinksFrom(link.From).Any(l => l.Key == link),
        { Kind: CutKind.EndSession, Target: { Kind: NodeKinds.Account } account } =>
            estate.Graph.LinksTo(account).Any(l => l.Kind == LinkKind.AuthenticatesAs && l.From.Kind == NodeKinds.Session),
        { Kind: CutKind.RevokeCredential or CutKind.EndSession, Target: var held } => estate.Find(held)?.State == NodeState.Active,
        _ => false,
    };
}
