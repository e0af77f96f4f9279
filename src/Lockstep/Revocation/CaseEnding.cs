namespace Lockstep.Revocation;

/// <summary>Says how a case ends, from what its ledger entries say and nothing else.</summary>
internal static class CaseEnding
{
    public static CaseClosed Of(CaseView view)
    {
        var failed = view.Steps.Count(s => s.State == StepState.Failed || !s.IsSettled);
        var unseen = view.Observed.Where(s => !s.IsComplete).Select(s => s.SystemName).ToList();
        if (failed > 0 || unseen.Count > 0)
        {
            var why = unseen.Count > 0 ? $"; could not be listed completely: {string.Join(", ", unseen)}" : string.Empty;
            return Closed(view, CaseOutcome.Failed, null, $"{failed} of {view.Steps.Count} steps were not achieved{why}");
        }

        var residual = view.Steps.Where(s => s.State == StepState.Residual).ToList();
        if (residual.Count > 0 || view.Uncut.Count > 0 || view.ChainsLeft > 0)
        {
            var left = $"{residual.Count + view.Uncut.Count} kinds of access are left; chains left: {view.ChainsLeft}";
            return Closed(view, CaseOutcome.Residual, EndOf(view, residual), left);
        }

        var steps = view.Steps.Count == 0 ? "there was nothing to cut" : $"all {view.Steps.Count} steps are verified";
        return Closed(view, CaseOutcome.Verified, null, view.Single is null ? $"{steps} and no chain is left" : steps);
    }

    /// <summary>Says when everything that is left has ended; <see langword="null"/> if something never does by itself.</summary>
    private static DateTimeOffset? EndOf(CaseView view, List<CaseStepView> residual)
    {
        var ends = residual.Select(s => s.Until).Concat(view.Uncut.Select(u => u.Until)).ToList();
        if (view.ChainsLeft > 0)
        {
            ends.Add(view.ChainsEndAt);
        }

        return ends.Contains(null) ? null : ends.Max();
    }

    private static CaseClosed Closed(CaseView view, CaseOutcome outcome, DateTimeOffset? until, string summary)
    {
        // Limits of our rights do not keep a case from ending, and must not be forgotten either.
        var hidden = view.Observed.Where(s => s.IsComplete && s.Why is not null).Select(s => s.SystemName).ToList();
        var limits = hidden.Count == 0 ? string.Empty : $"; with our rights a part of {string.Join(", ", hidden)} cannot be seen";
        return new(view.Id, outcome, until, Excerpt.Of(summary + limits, 1000), view.Entries.Count);
    }
}
