using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>Everything we know at one moment: the facts of all systems, what was derived from them, and how much could be seen.</summary>
/// <remarks>Rebuilt from the ledger alone. An instance is one consistent version and never changes.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public interface IEstate
{
    /// <summary>Gets how many ledger entries it was folded from.</summary>
    long LedgerSize { get; }

    /// <summary>Gets the graph of all links, observed and derived.</summary>
    IAccessGraph Graph { get; }

    /// <summary>
    /// Gets the graph in which every account counts as active: what could be opened with what somebody may know, and comes back by
    /// itself when an account is enabled again.
    /// </summary>
    IAccessGraph GraphAsIfActive { get; }

    /// <summary>Gets what could not be joined: accounts without identity, ambiguous matches.</summary>
    IReadOnlyList<CorrelationIssue> Issues { get; }

    /// <summary>Gets how each configured system stands.</summary>
    IReadOnlyList<SystemCoverage> Systems { get; }

    /// <summary>Finds a node as its own system reports it, or <see langword="null"/>.</summary>
    Node? Find(NodeId id);

    /// <summary>Finds an identity by node id, name, mail or account name; empty if none, several if ambiguous.</summary>
    IReadOnlyList<Node> FindIdentities(string text);

    /// <summary>
    /// Finds resources and secrets by name, or by the last parts of a dotted name (<c>payments</c> for <c>payments.public.payments</c>),
    /// whatever the case; by id. O(found).
    /// </summary>
    IReadOnlyList<Node> FindResources(string text);

    /// <summary>Streams the nodes of a kind (all kinds if <see langword="null"/>), in no particular order.</summary>
    IEnumerable<Node> NodesOf(string? kind);

    /// <summary>
    /// Gets the newest measurements of each system's canary, the last one last; a system that was never measured is missing.
    /// </summary>
    IReadOnlyDictionary<string, IReadOnlyList<CanaryMeasured>> Canaries { get; }

    /// <summary>Gets how each witness of the ledger stands to it, by its name; one that was never heard of is missing.</summary>
    IReadOnlyDictionary<string, WitnessStanding> Witnesses { get; }

    /// <summary>Streams all links of all kinds, in no particular order.</summary>
    IEnumerable<Link> Links { get; }
}

/// <summary>What could and could not be seen of one system, and as of when.</summary>
public sealed record SystemCoverage
{
    /// <summary>Gets the configured name.</summary>
    public required string SystemName { get; init; }

    /// <summary>Gets the kind of system, such as <c>ldap</c>.</summary>
    public required string SystemKind { get; init; }

    /// <summary>
    /// Gets when the last complete listing ended (UTC), or <see langword="null"/> if there was none: then nothing is known, not zero.
    /// </summary>
    public required DateTimeOffset? ObservedAt { get; init; }

    /// <summary>Gets why the latest attempt did not complete, or <see langword="null"/> if it did.</summary>
    public required ConnectorError? LastError { get; init; }

    /// <summary>Gets the scopes that the last listing could not cover.</summary>
    public required IReadOnlyList<CoverageGap> Gaps { get; init; }

    /// <summary>Gets how many facts it says now.</summary>
    public required int FactCount { get; init; }
}

/// <summary>A part of a system that could not be looked at.</summary>
public sealed record CoverageGap(string Scope, ConnectorError Error);
