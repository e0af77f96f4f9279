using Lockstep.Graph;
using Lockstep.Reconciliation.Guardrails;

namespace Lockstep.Reconciliation.Findings;

/// <summary>Finds what is worth a person's attention. Pure: the same estate, instant and policy give the same findings.</summary>
public static class FindingRules
{
    private static readonly IReadOnlyList<Func<FindingScene, IEnumerable<Finding>>> Rules =
    [
        LeaverRules.ActiveAccounts,
        LeaverRules.Holdings,
        LeaverRules.Secrets,
        CredentialRules.Latent,
        CredentialRules.Shared,
        CredentialRules.Sprawl,
        CredentialRules.LongLived,
        OwnershipRules.Identities,
        OwnershipRules.Secrets,
        CorrelationFindings.All,
        PrivilegeRules.Standing,
        CanaryRules.Late,
        WitnessRules.Refusing,
    ];

    /// <summary>Applies every rule; the worst come first, then by id.</summary>
    /// <param name="estate">The estate.</param>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="policy">Where the rules draw the line.</param>
    /// <param name="since">Since when each finding that is known has been there, by its id (<see cref="Estate.FindingsSince"/>).</param>
    /// <param name="cancellationToken">Stops between questions to the graph.</param>
    public static IReadOnlyList<Finding> Apply(
        IEstate estate,
        DateTimeOffset at,
        FindingPolicy policy,
        IReadOnlyDictionary<string, DateTimeOffset> since,
        CancellationToken cancellationToken) => Apply(estate, at, policy, since, [], cancellationToken);

    /// <summary>Applies every rule, and makes findings of the violations of guardrails.</summary>
    /// <param name="estate">The estate.</param>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="policy">Where the rules draw the line.</param>
    /// <param name="since">Since when each finding that is known has been there, by its id.</param>
    /// <param name="violations">What guardrails forbid and somebody has, in this estate at this instant.</param>
    /// <param name="cancellationToken">Stops between questions to the graph.</param>
    public static IReadOnlyList<Finding> Apply(
        IEstate estate,
        DateTimeOffset at,
        FindingPolicy policy,
        IReadOnlyDictionary<string, DateTimeOffset> since,
        IEnumerable<GuardrailViolation> violations,
        CancellationToken cancellationToken)
    {
        var ours = CanaryRules.Ours(estate);
        var scene = new FindingScene(estate, at, policy, since, cancellationToken);
        return
        [
            .. Rules.SelectMany(rule => rule(scene)).Concat(GuardrailFindings.Of(scene, violations)).DistinctBy(f => f.Id)
                .Where(f => f.Kind == FindingKind.DenialBoundExceeded.Word || !ours.Contains(f.Subject))
                .OrderByDescending(f => f.Severity).ThenBy(f => f.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Gives the accounts and identities of our own canaries: what they can do is no finding.</summary>
    public static IReadOnlySet<NodeId> Ours(IEstate estate) => CanaryRules.Ours(estate);
}
