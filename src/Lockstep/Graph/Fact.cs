namespace Lockstep.Graph;

/// <summary>One thing that a connected system says: a node or a link. Closed: these two and no others.</summary>
/// <param name="Source">The configured name of the system that says so.</param>
/// <param name="Scope">
/// The part of the system's listing that it came from (such as <c>users</c> or <c>application-credentials:0f3c</c>): a fact that is
/// missing from a later listing is retracted only if that listing covered its scope.
/// </param>
public abstract record Fact(string Source, string Scope)
{
    /// <summary>Gets what identifies the fact within its source.</summary>
    public abstract FactKey Key { get; }

    /// <summary>A node exists, with these attributes.</summary>
    public sealed record OfNode(string Source, string Scope, Node Node) : Fact(Source, Scope)
    {
        /// <inheritdoc/>
        public override FactKey Key => new FactKey.OfNode(Source, Node.Id);
    }

    /// <summary>A link exists. Its <see cref="Link.Source"/> equals <see cref="Fact.Source"/>.</summary>
    public sealed record OfLink(string Scope, Link Link) : Fact(Link.Source, Scope)
    {
        /// <inheritdoc/>
        public override FactKey Key => new FactKey.OfLink(Link.Key);
    }
}

/// <summary>Identifies a fact, so that it can be asserted again or retracted.</summary>
public abstract record FactKey
{
    private FactKey()
    {
    }

    /// <summary>A node, as one source reports it.</summary>
    public sealed record OfNode(string Source, NodeId Id) : FactKey;

    /// <summary>A link, as one source reports it.</summary>
    public sealed record OfLink(LinkKey Link) : FactKey;
}
