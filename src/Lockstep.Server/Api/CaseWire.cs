using Lockstep.Client;
using Lockstep.Connectors;
using Lockstep.Reconciliation;
using Lockstep.Revocation;
using Lockstep.Server.Access;

namespace Lockstep.Server.Api;

/// <summary>Turns cases and plans into what goes over the wire.</summary>
internal static class CaseWire
{
    internal static PlanView Plan(IEstate estate, CasePlan plan) => new(
        Wire.Node(estate, plan.Subject),
        plan.AsOf,
        [.. plan.Chains.Select(c => Wire.Chain(estate, c))],
        [.. plan.Steps.Select(Step)],
        [.. plan.Uncut.Select(u => new UncutView(u.Chain, u.Why, u.Until))],
        plan.LeastCutSize,
        plan.IncompleteSystems);

    internal static CaseSummary Summary(CaseView view) => new(
        view.Id,
        view.Subject,
        view.SubjectName,
        Words.Of(view.Cause),
        Words.Of(view.State),
        view.OpenedAt,
        view.ClosedAt,
        view.Until,
        view.Steps.Count(s => s.State == StepState.Verified),
        view.Steps.Count(s => s.State == StepState.Residual),
        view.Steps.Count(s => s.State == StepState.Failed),
        view.Steps.Count(s => !s.IsSettled));

    internal static CaseDetail Detail(CaseView view) => new(
        Summary(view),
        view.Reason,
        view.By,
        view.Round,
        view.LeastCutSize,
        view.Summary,
        view.ChainsLeft,
        view.Chains,
        [.. view.Steps.Select(Step)],
        [.. view.Uncut.Select(u => new UncutView(u.Chain, u.Why, u.Until))]);

    private static PlannedStepView Step(PlannedStep step) => new(
        step.Index,
        Words.Of(step.Phase),
        step.SystemName,
        step.Cut is { } cut ? Words.Of(cut.Kind) : null,
        step.What,
        step.Why,
        Words.Of(step.Proof),
        step.DenialBound?.TotalSeconds,
        step.IsLatent,
        step.AlsoUsedBy,
        step.Note,
        [.. step.Outlives.Select(Survivor)]);

    private static SurvivorView Survivor(PlannedSurvivor survivor)
    {
        var row = Atlas.Find(survivor.Row);
        return new(
            survivor.Row, row?.Survivor ?? survivor.Row, SurvivorText.Until(survivor), SurvivorText.EndedBy(survivor, row), survivor.IsEnded);
    }

    private static CaseStep Step(CaseStepView step) => new(
        Step(step.Plan),
        Words.Of(step.State),
        step.Attempts,
        step.RequestedAt,
        step.AcknowledgedAt,
        step.ObservedAt,
        step.ProvenAt,
        step.ProvenBy is { } proof ? Words.Of(proof) : null,
        step.Until,
        step.BoundHeld,
        step.Evidence,
        Wire.Failure(step.Error));
}
