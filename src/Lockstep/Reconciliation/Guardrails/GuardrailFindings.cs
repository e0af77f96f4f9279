using Lockstep.Graph;
using Lockstep.Reconciliation.Findings;

namespace Lockstep.Reconciliation.Guardrails;

/// <summary>Violations of guardrails as findings.</summary>
internal static class GuardrailFindings
{
    internal static IEnumerable<Finding> Of(FindingScene scene, IEnumerable<GuardrailViolation> violations) =>
        from violation in violations
        let guardrail = violation.Guardrail
        select scene.Finding(
            FindingKind.GuardrailViolated,
            guardrail.Severity,
            violation.Principal,
            $"{guardrail.About}: {scene.NameOf(violation.Principal)} {Does(scene, violation)}",
            violation.Evidence,
            guardrail.Id) with
        {
            Owner = OwnerOf(scene.Estate, guardrail) ?? scene.OwnerOf(violation.Principal)?.Id,
            Controls = guardrail.Controls,
        };

    /// <summary>Finds who answers for a guardrail; <see langword="null"/> if its text fits nobody or several.</summary>
    internal static NodeId? OwnerOf(IEstate estate, Guardrail guardrail) =>
        estate.FindIdentities(guardrail.Owner) is [var owner] ? owner.Id : null;

    private static string Does(FindingScene scene, GuardrailViolation violation) => string.Join(
        " and ", violation.Accesses.GroupBy(a => a.Part).Select(part => Does(scene, violation, [.. part])));

    private static string Does(FindingScene scene, GuardrailViolation violation, IReadOnlyList<ForbiddenAccess> part)
    {
        var (first, more) = (part[0], part.Count > 1 ? $" and {part.Count - 1} more" : string.Empty);
        return first.Chain is null && first.Target.Resource == violation.Principal
            ? "is there"
            : $"reaches {first.Target.Action} on `{scene.NameOf(first.Target.Resource)}` in {first.Target.Resource.SystemName}"
                + $"{Through(scene, first)}{more}";
    }

    private static string Through(FindingScene scene, ForbiddenAccess access) =>
        access is { IsDirect: false, Chain.Credential: { } credential } ? $" with `{scene.NameOf(credential)}`" : string.Empty;
}
