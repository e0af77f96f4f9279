using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>What everything is derived from.</summary>
public sealed record ObservedFacts
{
    /// <summary>The source of what we derive or prove ourselves.</summary>
    public const string OwnSource = "lockstep";

    /// <summary>Gets the nodes as their own systems report them.</summary>
    public required IReadOnlyDictionary<NodeId, Node> Nodes { get; init; }

    /// <summary>Gets the links of all sources, ends not yet matched.</summary>
    public required IReadOnlyCollection<Link> Links { get; init; }

    /// <summary>Gets the kind of each system by its configured name.</summary>
    public required IReadOnlyDictionary<string, string> SystemKinds { get; init; }

    /// <summary>Gets the authority's accounts that were there once and are gone: their identities have left.</summary>
    public required IReadOnlyDictionary<NodeId, Node> Departed { get; init; }

    /// <summary>Gets since when (UTC) we know that an account of the authority is disabled or gone.</summary>
    public required IReadOnlyDictionary<NodeId, DateTimeOffset> EndedAt { get; init; }

    /// <summary>
    /// Gets which account was found to be whose (the authority's account), for accounts that are there and accounts that are gone.
    /// </summary>
    public required IReadOnlyDictionary<NodeId, NodeId> Bindings { get; init; }

    /// <summary>Gets the rules.</summary>
    public required CorrelationRules Rules { get; init; }
}
