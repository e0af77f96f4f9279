using Lockstep.Reconciliation.Findings;

namespace Lockstep.Reconciliation.Guardrails;

/// <summary>What must never be, whoever was given it and however it came about.</summary>
/// <param name="Id">Its name in findings and in the ledger: lower-case letters, digits and <c>-</c>, at most 63 characters.</param>
/// <param name="Owner">Who answers for it: a mail address, employee number or log-in name of the authority.</param>
/// <param name="About">What it forbids, in a sentence for people.</param>
/// <param name="Severity">How soon somebody should act on a violation.</param>
/// <param name="Controls">The controls that it keeps, by framework (a key of the control map) their ids; may be empty.</param>
/// <param name="Parts">
/// What it forbids to have together, by name; one without a name where a single kind of access is forbidden. Never empty.
/// </param>
/// <param name="File">Where it stands.</param>
public sealed record Guardrail(
    string Id,
    string Owner,
    string About,
    FindingSeverity Severity,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Controls,
    IReadOnlyList<string> Parts,
    string File);
