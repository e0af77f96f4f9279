namespace Lockstep.Revocation;

/// <summary>Says how a case ends, from what its ledger entries say and nothing else.</summary>
internal static class CaseEnding
{
    public static CaseClosed Of(CaseView view)
    {
        var failed = view.Steps.Count(s => s.State == StepState.Failed);
        var open = view.Steps.Count(s => !s.IsSettled);
        var residual = view.Steps.Where(s => s.State == StepState.Residual).ToList();
        var unseen = view.Observed.Where(s => !s.IsComplete).Select(s => s.SystemName).ToList();
        if (failed + open > 0 || unseen.Count > 0)
        {
            var why = unseen.Count > 0 ? $"; could not be listed completely: {string.Join(", ", unseen)}" : string.Empty;
            return new(view.Id, CaseOutcome.Failed, null, $"{failed + open} of {view.Steps.Count} steps were not achieved{why}", view.Entries.Count);
        }

        if (residual.Count > 0 || view.Uncut.Count > 0 || view.ChainsLeft > 0)
        {
            var endless = view.Uncut.Count > 0 || view.ChainsLeft > 0 || residual.Exists(s => s.Until is null);
            var until = endless ? null : residual.Max(s => s.Until);
            return new(
                view.Id, CaseOutcome.Residual, until, $"{residual.Count + view.Uncut.Count} kinds of access are left; chains left: {view.ChainsLeft}", view.Entries.Count);
        }

        return new(view.Id, CaseOutcome.Verified, null, $"all {view.Steps.Count} steps are verified and no chain is left", view.Entries.Count);
    }
}
