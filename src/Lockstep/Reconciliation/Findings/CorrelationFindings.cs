namespace Lockstep.Reconciliation.Findings;

/// <summary>What could not be joined.</summary>
internal static class CorrelationFindings
{
    internal static IEnumerable<Finding> All(FindingScene scene) =>
        scene.Estate.Issues.Select(issue => issue.Kind switch
        {
            CorrelationIssueKind.UncorrelatedAccount =>
                scene.Finding(FindingKind.OrphanedAccount, FindingSeverity.Medium, issue.Subject, issue.Detail, []),
            CorrelationIssueKind.UnmatchedEnd or CorrelationIssueKind.UnmatchedOpening or CorrelationIssueKind.UnmatchedOwner =>
                scene.Finding(FindingKind.UnmatchedReference, FindingSeverity.Low, issue.Subject, issue.Detail, []),
            CorrelationIssueKind.OutlivedLease =>
                scene.Finding(FindingKind.OutlivedLease, FindingSeverity.High, issue.Subject, issue.Detail, []),
            CorrelationIssueKind.UnheldToken =>
                scene.Finding(FindingKind.UnheldToken, FindingSeverity.Medium, issue.Subject, issue.Detail, []),
            _ => scene.Finding(FindingKind.AmbiguousCorrelation, FindingSeverity.High, issue.Subject, issue.Detail, []),
        });
}
