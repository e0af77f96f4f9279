using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>
/// Takes a vault's word for nothing: where the account that a lease made is still listed by its own system, the step is residual,
/// whatever the vault said, with what holds the account down meanwhile.
/// </summary>
internal sealed class OutlivedCuts(CaseJournal journal)
{
    /// <summary>Says so, once, of each such step.</summary>
    /// <param name="view">The case.</param>
    /// <param name="estate">What all systems list after the cuts.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task SayAsync(CaseView view, IEstate estate, CancellationToken cancellationToken)
    {
        foreach (var step in view.Steps.Where(s => s.State is StepState.Verified or StepState.Residual))
        {
            foreach (var account in step.Plan.Opens.Select(estate.Find).OfType<Node>())
            {
                var said = $"account {account.Name} of {account.Id.SystemName} is still there; {Control(view, account.Id)}";
                if (!step.Evidence.Contains(said, StringComparer.Ordinal))
                {
                    var left = new StepEvent(view.Id, step.Plan.Index, step.Attempts)
                    {
                        Evidence = said,
                        Error = step.Error ?? new("LS7016", ConnectorErrorKind.Broken, "the vault no longer lists it, and what it made is there"),
                        Until = step.Until ?? CasePlanner.InstantOf(account, "validUntil"),
                    };
                    await journal.StepAsync(CaseEntries.Residual, left, cancellationToken);
                }
            }
        }
    }

    /// <summary>Names the steps that keep the account from being used, as far as they are verified.</summary>
    private static string Control(CaseView view, NodeId account)
    {
        var held = view.Steps
            .Where(s => s.State == StepState.Verified && s.Plan.Cut is { Kind: CutKind.DisableAccount or CutKind.EndSession } cut
                && cut.Target == account)
            .Select(s => $"{s.Plan.What} (step {s.Plan.Index}, proven by {s.ProvenBy.ToString()!.ToLowerInvariant()})")
            .ToList();
        return held.Count == 0 ? "nothing holds it down" : $"compensating control: {string.Join(", ", held)}";
    }
}
