namespace Lockstep.Graph;

/// <summary>A path of links from an identity (or any node) to an action on a resource.</summary>
/// <param name="Links">The links in order; each starts where the one before it ends. Never empty.</param>
public sealed record Chain(IReadOnlyList<Link> Links)
{
    /// <summary>Gets where the chain starts.</summary>
    public NodeId Start => Links[0].From;

    /// <summary>Gets what is reached.</summary>
    public AccessTarget Target => AccessTarget.Of(Links[^1])!;

    /// <summary>Gets the last credential or session that the chain goes through, or <see langword="null"/> if it needs none.</summary>
    public NodeId? Credential => Links.Select(l => l.To).LastOrDefault(id => id.Kind is NodeKinds.Credential or NodeKinds.Session);

    /// <summary>Gets the first instant at which the chain no longer holds by itself, or <see langword="null"/>.</summary>
    public DateTimeOffset? Until => Links.Min(l => l.Validity.Until);
}

/// <summary>What a chain ends in: an action on a resource, or the reading of a secret.</summary>
/// <param name="Resource">The resource or secret.</param>
/// <param name="Action">The system's own word for the action; <c>read</c> for a secret.</param>
public sealed record AccessTarget(NodeId Resource, string Action)
{
    /// <summary>The action of a <see cref="LinkKind.Reads"/> link.</summary>
    public const string Read = "read";

    /// <summary>Says what a link gives when a chain ends with it, or <see langword="null"/> if it gives nothing by itself.</summary>
    public static AccessTarget? Of(Link link) => link.Kind switch
    {
        LinkKind.Permits => new(link.To, link.Action ?? string.Empty),
        LinkKind.Reads => new(link.To, Read),
        _ => null,
    };
}
