namespace Lockstep.Client;

/// <summary>One chain: how somebody comes to an action on a resource, link by link.</summary>
/// <param name="Start">Where it starts: the identity.</param>
/// <param name="Action">What can be done at its end.</param>
/// <param name="Resource">To what.</param>
/// <param name="Credential">The last credential or session on the way, or <see langword="null"/> if none is needed.</param>
/// <param name="Until">When it ends by itself (UTC), or <see langword="null"/>.</param>
/// <param name="DenialBound">How long it may outlive a cut at its first link, in words.</param>
/// <param name="Links">The links in order.</param>
public sealed record AccessChain(
    NodeView Start,
    string Action,
    NodeView Resource,
    NodeView? Credential,
    DateTimeOffset? Until,
    string DenialBound,
    IReadOnlyList<LinkView> Links);

/// <summary>One node.</summary>
/// <param name="Id">The immutable id, <c>system/kind/key</c>.</param>
/// <param name="Name">The name for people.</param>
/// <param name="Kind">The kind, such as <c>account</c>.</param>
/// <param name="System">The system that it belongs to.</param>
/// <param name="State"><c>active</c>, <c>disabled</c> or <c>ended</c>.</param>
public sealed record NodeView(string Id, string Name, string Kind, string System, string State);

/// <summary>One link of a chain.</summary>
/// <param name="Kind">The kind, such as <c>memberOf</c>.</param>
/// <param name="Plane"><c>iam</c>, <c>pam</c>, <c>secrets</c> or <c>governance</c>.</param>
/// <param name="Action">The action, for <c>permits</c>.</param>
/// <param name="ValidFrom">When it begins (UTC), or <see langword="null"/>.</param>
/// <param name="ValidUntil">When it ends by itself (UTC), or <see langword="null"/>.</param>
/// <param name="Enforcement"><c>online</c>, <c>cached(20s)</c>, <c>connection</c> or <c>expiry-only</c>.</param>
/// <param name="Source">The system that says so.</param>
/// <param name="Evidence">What it answered.</param>
/// <param name="Condition">A condition that only policy can decide, or <see langword="null"/>.</param>
public sealed record LinkView(
    NodeView From,
    NodeView To,
    string Kind,
    string Plane,
    string? Action,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidUntil,
    string Enforcement,
    string Source,
    string Evidence,
    string? Condition);

/// <summary>A question's chains, and how far they can be relied on.</summary>
/// <param name="AsOf">The instant (UTC) for which it holds.</param>
/// <param name="IsComplete">Whether this is everything there is; if not, <paramref name="Limit"/> says what cut it short.</param>
/// <param name="NotSeen">Systems or parts of them that could not be seen: what they hide is not in the answer.</param>
/// <param name="Found">How many chains there are; more than <paramref name="Chains"/> if fewer were asked for.</param>
/// <param name="Chains">The chains, or the first of them.</param>
public sealed record ChainsAnswer(
    DateTimeOffset AsOf, bool IsComplete, string? Limit, IReadOnlyList<string> NotSeen, int Found, IReadOnlyList<AccessChain> Chains);

/// <summary>What an identity can do.</summary>
public sealed record AccessAnswer(NodeView Identity, ChainsAnswer Access);

/// <summary>Who reaches an action on a resource.</summary>
public sealed record WhoCanAnswer(NodeView Resource, string Action, ChainsAnswer Access);

/// <summary>Whether and how an identity reaches an action on a resource.</summary>
/// <param name="MayHaveMore">Whether only as many chains were looked for as were asked for, so that there may be more.</param>
public sealed record ExplainAnswer(
    NodeView Identity, NodeView Resource, string Action, bool Holds, ChainsAnswer Access, bool MayHaveMore = false);

/// <summary>What a node reaches, or what reaches it.</summary>
/// <param name="IsComplete">Whether this is everything there is; if not, <paramref name="Limit"/> says what cut it short.</param>
/// <param name="NotSeen">Systems or parts of them that could not be seen: what they hide is not in the answer.</param>
/// <param name="Found">How many nodes.</param>
/// <param name="ByKind">How many of each kind.</param>
/// <param name="Nodes">The nearest of them.</param>
public sealed record ReachAnswer(
    NodeView Node, DateTimeOffset AsOf, bool IsComplete, string? Limit, IReadOnlyList<string> NotSeen, int Found,
    IReadOnlyDictionary<string, int> ByKind, IReadOnlyList<ReachedNode> Nodes);

/// <summary>A node that was reached.</summary>
/// <param name="Depth">How many links away.</param>
public sealed record ReachedNode(NodeView Node, int Depth);

/// <summary>Where access to an action on a resource is narrow.</summary>
/// <param name="IsComplete">If not, none are given: a way that was not looked at may lead around any of them.</param>
public sealed record ChokePointsAnswer(
    NodeView Resource, string Action, DateTimeOffset AsOf, bool IsComplete, string? Limit, IReadOnlyList<string> NotSeen,
    IReadOnlyList<ChokePointView> ChokePoints);

/// <summary>Links that nobody of those counted can go around.</summary>
/// <param name="Identities">How many identities lose the access when these links are cut.</param>
public sealed record ChokePointView(int Identities, IReadOnlyList<LinkView> Links);

/// <summary>What still works, or comes back by itself, of identities that have left or are disabled.</summary>
public sealed record ResidualAnswer(DateTimeOffset AsOf, IReadOnlyList<string> NotSeen, IReadOnlyList<ResidualAccess> Residual);

/// <summary>One chain that is left.</summary>
/// <param name="Identity">Whose.</param>
/// <param name="IsLatent">True if it does not work now and comes back by itself when something ordinary happens.</param>
/// <param name="Why">Why it is left.</param>
/// <param name="Chain">The chain; its <see cref="AccessChain.Until"/> is its end.</param>
public sealed record ResidualAccess(NodeView Identity, bool IsLatent, string Why, AccessChain Chain);

/// <summary>Conditions worth a person's attention.</summary>
public sealed record FindingsAnswer(DateTimeOffset AsOf, IReadOnlyList<string> NotSeen, IReadOnlyList<FindingView> Findings);

/// <summary>One finding.</summary>
/// <param name="Id">The same for the same condition, from version to version.</param>
/// <param name="Kind">The kind, such as <c>latent-application-credential</c>.</param>
/// <param name="Severity"><c>critical</c>, <c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Detail">What it is, in a sentence.</param>
/// <param name="Since">Since when it is there (UTC), if known.</param>
/// <param name="Owner">Who answers for it, or <see langword="null"/> if nobody does.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Controls">The controls of standards that it touches.</param>
/// <param name="Evidence">What it rests on, a line each.</param>
public sealed record FindingView(
    string Id,
    string Kind,
    string Severity,
    string Detail,
    NodeView? Subject,
    NodeView? Owner,
    DateTimeOffset? Since,
    string Remedy,
    IReadOnlyList<string> Controls,
    IReadOnlyList<string> Evidence);
