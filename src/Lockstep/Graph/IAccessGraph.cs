namespace Lockstep.Graph;

/// <summary>Bounds one question. There is no unbounded traversal.</summary>
/// <param name="NodesMax">Most nodes visited, at least 1.</param>
/// <param name="DepthMax">Most links between the start and any node reached, at least 1.</param>
public sealed record QueryLimits(int NodesMax, int DepthMax)
{
    /// <summary>What the API uses: 1,000,000 nodes, 64 links deep.</summary>
    public static QueryLimits Default { get; } = new(NodesMax: 1_000_000, DepthMax: 64);
}

/// <summary>An answer of the graph: complete, or cut short by a limit. The two are different types. Closed.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Value">What was found; if truncated, true but not all there is.</param>
/// <param name="AsOf">The instant (UTC) for which it holds.</param>
public abstract record Answer<T>(T Value, DateTimeOffset AsOf)
{
    /// <summary>Everything there is.</summary>
    public sealed record Complete(T Value, DateTimeOffset AsOf) : Answer<T>(Value, AsOf);

    /// <summary>Only what was found before a limit was reached.</summary>
    /// <param name="Limit">Which limit, in words for people.</param>
    public sealed record Truncated(T Value, DateTimeOffset AsOf, string Limit) : Answer<T>(Value, AsOf);
}

/// <summary>One node that a traversal reached.</summary>
/// <param name="Node">The node.</param>
/// <param name="Depth">Links from the start on a shortest path.</param>
public sealed record Arrival(NodeId Node, int Depth);

/// <summary>
/// One consistent picture of who can do what. The links it holds are those of the estate at one version; each question picks those
/// that hold at its instant. <see cref="LinkKind.Eligible"/> and <see cref="LinkKind.Owns"/> links are kept and never followed.
/// </summary>
/// <remarks>
/// Access flows through a <see cref="LinkKind.Represents"/> or <see cref="LinkKind.AuthenticatesAs"/> link into a node whose state is not
/// <see cref="NodeState.Active"/> only where the link's enforcement is not <see cref="EnforcementMode.Online"/>: nothing new can be
/// opened as a disabled account, but what is open, cached or self-contained runs on. Nodes that are only ever named by links are Active.
/// Of several chains an answer gives the first in <see cref="LinkOrder"/>, so that every engine gives the same.
/// </remarks>
/// <threadsafety>Any number of threads may ask at the same time.</threadsafety>
public interface IAccessGraph
{
    /// <summary>
    /// Finds everything that <paramref name="start"/> can do, with the first chain to each, in the engine's own order.
    /// </summary>
    Answer<IReadOnlyList<Chain>> AccessOf(NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Finds every identity that reaches the action on the resource, with the first chain to each, in the engine's own order.</summary>
    Answer<IReadOnlyList<Chain>> WhoCan(AccessTarget target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Finds the first chain, or <see langword="null"/> if there is none (in a complete answer: proven).</summary>
    Answer<Chain?> Check(NodeId start, AccessTarget target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the first <paramref name="count"/> chains in <see cref="LinkOrder"/> that leave no node twice and give the target only at
    /// their end (which may be a node that they passed: a host on which a stolen key becomes root).
    /// </summary>
    Answer<IReadOnlyList<Chain>> Chains(
        NodeId start, AccessTarget target, int count, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Finds every node that <paramref name="start"/> reaches (its blast radius), nearest first, without itself.</summary>
    Answer<IReadOnlyList<Arrival>> BlastRadius(NodeId start, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Finds every node that reaches <paramref name="target"/> (its exposure), nearest first, without itself.</summary>
    Answer<IReadOnlyList<Arrival>> Exposure(NodeId target, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken);

    /// <summary>Says whether access flows along one of its links at an instant: kind, validity and the state of where it leads.</summary>
    bool Flows(Link link, DateTimeOffset at);

    /// <summary>Lists the links that leave a node, whatever their kind and validity. Empty for an unknown node.</summary>
    IReadOnlyList<Link> LinksFrom(NodeId node);

    /// <summary>Lists the links that enter a node, whatever their kind and validity. Empty for an unknown node.</summary>
    IReadOnlyList<Link> LinksTo(NodeId node);

    /// <summary>Lists the links of one kind that enter a node, whatever their validity. Empty for an unknown node.</summary>
    IReadOnlyList<Link> LinksTo(NodeId node, LinkKind kind) => [.. LinksTo(node).Where(link => link.Kind == kind)];

    /// <summary>Says what a node is in at an instant: real, nested, and no longer than each link on the way holds.</summary>
    Membership MembershipOf(NodeId node, DateTimeOffset at) => Membership.Walk(this, node, at);

    /// <summary>Says whether a link, whatever its kind and validity, names a node.</summary>
    bool Names(NodeId node) => LinksFrom(node).Count > 0 || LinksTo(node).Count > 0;
}
