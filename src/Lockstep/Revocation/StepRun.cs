using System.Diagnostics;
using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>Carries out one step: intent, order, second look, probe. Every transition is in the ledger before the next begins.</summary>
internal sealed class StepRun(
    ICaseWorld world, CaseJournal journal, GuardedCall calls, RotationLocks locks, CaseOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(250);
    private const int LooksMax = 6;
    private const int ProbesMax = 3;

    /// <summary>
    /// Runs from wherever the ledger says the step was; an order that was already sent is sent again, since every cut is idempotent.
    /// </summary>
    public async Task RunAsync(Guid caseId, int index, CancellationToken cancellationToken)
    {
        var before = journal.StepOf(caseId, index).Attempts;
        using var memory = new RotationMemory();

        // A process that died has not used up the tries of the next one.
        for (var tries = 1; ; tries++)
        {
            var e = new StepEvent(caseId, index, before + tries);
            await journal.StepAsync(CaseEntries.Sent, e, cancellationToken);
            var error = await AttemptAsync(caseId, journal.StepOf(caseId, index), e, tries, memory, cancellationToken);
            if (error is null)
            {
                return;
            }

            if (Retry.DelayAfter(error, tries, options) is not { } delay)
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
        Guid caseId, CaseStepView step, StepEvent e, int tries, RotationMemory memory, CancellationToken cancellationToken)
    {
        if (!world.Connectors.TryGetValue(step.Plan.SystemName, out var connector))
        {
            return new("LS7003", ConnectorErrorKind.Unsupported, $"system `{step.Plan.SystemName}` is no longer configured");
        }

        var cut = step.Plan.Cut!;
        if (cut.Kind == CutKind.RotateCredential)
        {
            using var turn = await locks.TakeAsync(cut.Target, cancellationToken);
            return await new RotationRun(world, journal, calls, memory).RunAsync(caseId, step, e, cancellationToken);
        }

        if (connector is not ICutAccess cutter)
        {
            return new("LS7004", ConnectorErrorKind.Unsupported, $"connector of `{step.Plan.SystemName}` cannot cut");
        }

        var key = new StepKey(caseId, step.Plan.Index);
        var outcome = await calls.RunAsync(c => cutter.CutAsync(cut, key, c), error => new CutOutcome.Failed(error), cancellationToken);
        if (outcome is CutOutcome.Left(var refusal, var until))
        {
            var left = e with { Evidence = $"{refusal.Code}: {refusal.Detail}", Error = refusal, Until = until };
            await journal.StepAsync(CaseEntries.Residual, left, cancellationToken);
            return null;
        }

        if (outcome is not CutOutcome.Acknowledged(var answered))
        {
            return ((CutOutcome.Failed)outcome).Error;
        }

        await journal.StepAsync(CaseEntries.Acknowledged, e with { Evidence = answered }, cancellationToken);
        return await LookAsync(cutter, cut, e, cancellationToken)
            ?? await ProveAsync(connector, step.Plan, e, tries, cancellationToken);
    }

    private async Task<ConnectorError?> LookAsync(ICutAccess cutter, Cut cut, StepEvent e, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var seen = await calls.RunAsync(c => cutter.LookAsync(cut, c), error => new LookOutcome.Unknown(error), cancellationToken);
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

    private async Task<ConnectorError?> ProveAsync(
        IConnector connector, PlannedStep plan, StepEvent e, int tries, CancellationToken cancellationToken)
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
                var listing = e with { Evidence = $"cannot be tried ({reason}); proven by the complete listing alone", Proof =
                    ProofKind.Listing };
                await journal.StepAsync(CaseEntries.Proven, listing, cancellationToken);
                return null;
            case ProbeOutcome.Works(var evidence, null) when tries < ProbesMax:
                return new("LS7006", ConnectorErrorKind.Broken, $"gone from the listing, and it still works: {evidence}");
            case ProbeOutcome.Works(var evidence, var until):
                await journal.StepAsync(CaseEntries.Residual, e with { Evidence = evidence, Until = until }, cancellationToken);
                return null;
            case ProbeOutcome.Unknown(var error):
                return error;
            default:
                throw new UnreachableException($"Bug in Lockstep: unknown probe {probed.GetType().Name}.");
        }
    }
}
