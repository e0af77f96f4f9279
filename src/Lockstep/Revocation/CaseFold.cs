using System.Text.Json;
using Lockstep.Connectors;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>Folds one ledger entry into a case. Pure.</summary>
public static class CaseFold
{
    /// <summary>Says which case an entry belongs to, or <see langword="null"/> if to none.</summary>
    public static Guid? CaseOf(LedgerEntry entry) =>
        (entry.Kind.StartsWith("case.", StringComparison.Ordinal) || entry.Kind.StartsWith("step.", StringComparison.Ordinal)
            || entry.Kind.StartsWith("rotation.", StringComparison.Ordinal))
        && entry.Payload.TryGetProperty("case", out var id) && id.TryGetGuid(out var guid)
            ? guid
            : null;

    /// <summary>Folds an entry; <paramref name="view"/> is <see langword="null"/> before <see cref="CaseEntries.Opened"/>.</summary>
    public static CaseView Apply(CaseView? view, LedgerEntry entry)
    {
        var next = entry.Kind switch
        {
            CaseEntries.Opened => Open(entry),
            CaseEntries.Planned => Plan(view!, entry.Payload.Deserialize(CaseJson.Default.CasePlanned)!),
            CaseEntries.Observed => Observe(view!, entry.Payload.Deserialize(CaseJson.Default.CaseObserved)!),
            CaseEntries.Closed => Close(view!, entry),
            _ => Step(view!, entry, entry.Payload.Deserialize(CaseJson.Default.StepEvent)!),
        };
        return next with { Entries = With(next.Entries, entry.Index) };
    }

    /// <summary>Steps that run side by side may be folded in another order than they were written in.</summary>
    private static IReadOnlyList<long> With(IReadOnlyList<long> entries, long index) =>
        entries.Count == 0 || entries[^1] < index ? [.. entries, index] : [.. entries.Append(index).Order()];

    private static CaseView Open(LedgerEntry entry)
    {
        var opened = entry.Payload.Deserialize(CaseJson.Default.CaseOpened)!;
        return new CaseView
        {
            Id = opened.Case,
            Subject = opened.Subject,
            SubjectName = opened.SubjectName,
            Cause = opened.Cause,
            Reason = opened.Reason,
            By = entry.By,
            Single = opened.Single,
            OpenedAt = entry.At,
        };
    }

    private static CaseView Plan(CaseView view, CasePlanned planned) => view with
    {
        State = CaseState.Running,
        Round = planned.Round,
        LeastCutSize = view.Round == 0 ? planned.LeastCutSize : view.LeastCutSize,
        Chains = planned.Round == 1 ? [.. view.Chains, .. planned.Chains] : view.Chains,
        Uncut = [.. (planned.Round == view.Round ? view.Uncut : view.Uncut.Where(u => u.IsKnowledge)).Concat(planned.Uncut).Distinct()],
        Steps = [.. view.Steps, .. planned.Steps.Select(s => new CaseStepView { Plan = s })],
    };

    private static CaseView Observe(CaseView view, CaseObserved observed) =>
        view with { Observed = observed.Systems, ChainsLeft = observed.ChainsLeft, ChainsEndAt = observed.ChainsEndAt };

    private static CaseView Close(CaseView view, LedgerEntry entry)
    {
        var closed = entry.Payload.Deserialize(CaseJson.Default.CaseClosed)!;
        return view with
        {
            State = closed.Outcome switch
            {
                CaseOutcome.Verified => CaseState.Verified,
                CaseOutcome.Residual => CaseState.Residual,
                _ => CaseState.Failed,
            },
            Until = closed.Until,
            Summary = closed.Summary,
            ClosedAt = entry.At,
        };
    }

    private static CaseView Step(CaseView view, LedgerEntry entry, StepEvent e)
    {
        var steps = view.Steps.ToArray();
        steps[e.Step] = Apply(steps[e.Step], entry, e);
        return view with { Steps = steps };
    }

    private static CaseStepView Apply(CaseStepView step, LedgerEntry entry, StepEvent e)
    {
        var next = step with
        {
            Attempts = Math.Max(step.Attempts, e.Attempt),
            Evidence = e.Evidence is null ? step.Evidence : [.. step.Evidence, e.Evidence],
            Error = e.Error ?? step.Error,
            Until = e.Until,
        };
        return entry.Kind switch
        {
            CaseEntries.Sent => next with { State = StepState.Sent, RequestedAt = step.RequestedAt ?? entry.At },
            CaseEntries.Acknowledged => next with
            {
                State = StepState.Acknowledged,
                AcknowledgedAt = step.AcknowledgedAt ?? entry.At,
                LastAcknowledgedAt = entry.At,
            },
            CaseEntries.Gone => next with { State = StepState.Observed, ObservedAt = entry.At },
            CaseEntries.Proven => next with
            {
                State = StepState.Verified,
                ProvenAt = entry.At,
                ProvenBy = e.Proof ?? ProofKind.Listing,
                Error = null,
            },
            CaseEntries.Residual => next with { State = StepState.Residual },
            CaseEntries.Failed => next with { State = StepState.Failed },
            CaseEntries.Storing when e.Digest is { } digest => next with { Digests = [.. step.Digests, digest] },
            CaseEntries.Stored => next with { IsStored = true },
            _ => next,
        };
    }
}
