using System.Diagnostics;
using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>Carries out one step: intent, order, second look, probe. Every transition is in the ledger before the next begins.</summary>
internal sealed class StepRun(
    ICaseWorld world, CaseJournal journal, GuardedCall calls, RotationLocks locks, CaseOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(250);
    private const int LooksMax = 6;

    /// <summary>Runs from wherever the ledger says the step was; an order that was already sent is sent again, since every cut is idempotent.</summary>
    public async Task RunAsync(CaseView view, CaseStepView step, CancellationToken cancellationToken)
    {
        var plan = step.Plan;
        using var memory = new OldValue();
        for (var attempt = step.Attempts + 1; ; attempt++)
        {
            var e = new StepEvent(view.Id, plan.Index, attempt);
            await journal.StepAsync(CaseEntries.Sent, e, cancellationToken);
            var error = await AttemptAsync(view, step, e, memory, cancellationToken);
            if (error is null)
            {
                return;
            }

            if (Retry.DelayAfter(error, attempt, options) is not { } delay)
            {
                await journal.StepAsync(CaseEntries.Failed, e with { Error = error }, cancellationToken);
                return;
            }

            await journal.StepAsync(CaseEntries.Retry, e with { Error = error, Until = time.GetUtcNow() + delay }, cancellationToken);
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    /// <summary>One attempt; <see langword="null"/> if the step is settled, else what stood in the way.</summary>
    private async Task<ConnectorError?> AttemptAsync(
        CaseView view, CaseStepView step, StepEvent e, OldValue memory, CancellationToken cancellationToken)
    {
        if (!world.Connectors.TryGetValue(step.Plan.SystemName, out var connector))
        {
            return new("LS7003", ConnectorErrorKind.Unsupported, $"system `{step.Plan.SystemName}` is no longer configured");
        }

        if (step.Plan.Cut!.Kind == CutKind.RotateCredential)
        {
            using var turn = await locks.TakeAsync(step.Plan.Cut.Target, cancellationToken);
            return await new RotationRun(world, journal, calls, memory).RunAsync(view, step, e, cancellationToken);
        }

        if (connector is not ICutAccess cutter)
        {
            return new("LS7004", ConnectorErrorKind.Unsupported, $"connector of `{step.Plan.SystemName}` cannot cut");
        }

        var key = new StepKey(view.Id, step.Plan.Index);
        var outcome = await calls.RunAsync(
            c => cutter.CutAsync(step.Plan.Cut, key, c), error => new CutOutcome.Failed(error), cancellationToken);
        if (outcome is CutOutcome.Failed(var failure))
        {
            return failure;
        }

        await journal.StepAsync(
            CaseEntries.Acknowledged, e with { Evidence = ((CutOutcome.Acknowledged)outcome).Evidence }, cancellationToken);
        return await LookAsync(cutter, step.Plan, e, cancellationToken)
            ?? await ProveAsync(connector, step.Plan, e, cancellationToken);
    }

    private async Task<ConnectorError?> LookAsync(ICutAccess cutter, PlannedStep plan, StepEvent e, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var seen = await calls.RunAsync(
                c => cutter.LookAsync(plan.Cut!, c), error => new LookOutcome.Unknown(error), cancellationToken);
            switch (seen)
            {
                case LookOutcome.Gone(var evidence):
                    await journal.StepAsync(CaseEntries.Gone, e with { Evidence = evidence }, cancellationToken);
                    return null;
                case LookOutcome.Unknown(var error):
                    return error;
                case LookOutcome.StillThere(var evidence) when look == LooksMax:
                    return new("LS7005", ConnectorErrorKind.Broken, $"acknowledged, and still there: {evidence}");
                case LookOutcome.StillThere:
                    await Task.Delay(LookAgainAfter * look, time, cancellationToken);
                    break;
                default:
                    throw new UnreachableException($"Bug in Lockstep: unknown look {seen.GetType().Name}.");
            }
        }
    }

    private async Task<ConnectorError?> ProveAsync(IConnector connector, PlannedStep plan, StepEvent e, CancellationToken cancellationToken)
    {
        if (plan.Proof == ProofKind.Listing || connector is not IProbeAccess prober)
        {
            var why = $"proven by the complete listing alone{(plan.Note is null ? string.Empty : $": {plan.Note}")}";
            await journal.StepAsync(CaseEntries.Proven, e with { Evidence = why, Proof = ProofKind.Listing }, cancellationToken);
            return null;
        }

        var probed = await calls.RunAsync(
            c => prober.ProbeAsync(plan.Cut!, c), error => new ProbeOutcome.Unknown(error), cancellationToken);
        switch (probed)
        {
            case ProbeOutcome.Refused(var evidence):
                await journal.StepAsync(CaseEntries.Proven, e with { Evidence = evidence, Proof = ProofKind.Probe }, cancellationToken);
                return null;
            case ProbeOutcome.NotProbeable(var reason):
                var listing = e with { Evidence = $"cannot be tried ({reason}); proven by the complete listing alone", Proof = ProofKind.Listing };
                await journal.StepAsync(CaseEntries.Proven, listing, cancellationToken);
                return null;
            case ProbeOutcome.Works(var evidence, var until):
                var attempt = e.Attempt;
                if (until is null && attempt < 3)
                {
                    return new("LS7006", ConnectorErrorKind.Broken, $"gone from the listing, and it still works: {evidence}");
                }

                await journal.StepAsync(CaseEntries.Residual, e with { Evidence = evidence, Until = until }, cancellationToken);
                return null;
            case ProbeOutcome.Unknown(var error):
                return error;
            default:
                throw new UnreachableException($"Bug in Lockstep: unknown probe {probed.GetType().Name}.");
        }
    }
}
