using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>What the rules look at: one estate at one instant, with what several of them need.</summary>
internal sealed class FindingScene
{
    private readonly ILookup<NodeId, Link> _owners;
    private readonly IReadOnlyDictionary<string, DateTimeOffset> _since;

    internal FindingScene(
        IEstate estate, DateTimeOffset at, FindingPolicy policy, IReadOnlyDictionary<string, DateTimeOffset> since,
            CancellationToken cancellationToken)
    {
        (Estate, At, Policy, _since, CancellationToken) = (estate, at, policy, since, cancellationToken);
        _owners = estate.Links
            .Where(l => l.Kind == LinkKind.Owns && l.From.Kind == NodeKinds.Identity && l.Validity.HoldsAt(at))
            .ToLookup(l => l.To);
    }

    internal IEstate Estate { get; }

    internal DateTimeOffset At { get; }

    internal FindingPolicy Policy { get; }

    internal CancellationToken CancellationToken { get; }

    internal static QueryLimits Limits => QueryLimits.Default;

    /// <summary>
    /// Finds the identity that answers for a node: its owner, the owner of the identity behind an account, or who holds it.
    /// </summary>
    internal Node? OwnerOf(NodeId node)
    {
        var owner = _owners[node].Select(l => Estate.Find(l.From)).OfType<Node>().OrderBy(n => n.State).ThenBy(n => n.Id).FirstOrDefault();
        if (owner is not null || node.Kind == NodeKinds.Identity)
        {
            return owner;
        }

        var behind = Estate.Graph.LinksTo(node)
            .Where(l => l.Kind is LinkKind.Represents or LinkKind.Holds && l.From.Kind == NodeKinds.Identity)
            .Select(l => l.From).Order().FirstOrDefault();
        return behind is null ? null : OwnerOf(behind) ?? Estate.Find(behind);
    }

    internal string NameOf(NodeId id) => Estate.Find(id)?.Name ?? id.ToString();

    internal bool Flows(Link link) => LinkFlow.Flows(link, Estate.Find(link.To)?.State ?? NodeState.Active, At);

    internal static DateTimeOffset? Instant(Node? node, string attribute) =>
        DateTimeOffset.TryParse(
            node?.Find(attribute), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var at)
            ? at
            : null;

    /// <summary>Makes a finding.</summary>
    /// <param name="discriminator">What tells it from other findings of its kind about the same subject.</param>
    internal Finding Finding(
        FindingKind kind, FindingSeverity severity, NodeId subject, string title, IReadOnlyList<Link> evidence, string? discriminator =
            null)
    {
        var id = $"{kind.Word}@{subject}{(discriminator is null ? string.Empty : $"+{discriminator}")}";
        return new Finding
        {
            Id = id,
            Kind = kind.Word,
            Severity = severity,
            Subject = subject,
            Title = title,
            Owner = OwnerOf(subject)?.Id,
            Evidence = evidence,
            Remedy = kind.Remedy,
            Controls = ControlMap.Shipped.Get(kind.ControlMapId),
            SinceAt = _since.TryGetValue(id, out var since) ? since : null,
        };
    }
}
