namespace Lockstep.Graph.Compact;

/// <summary>What a search is for, which says what of a row it looks at.</summary>
internal enum SearchAim
{
    /// <summary>Against the links: nodes.</summary>
    Against,

    /// <summary>Along the links: every access, and the nodes on the way; resources that lead nowhere are left out.</summary>
    Access,

    /// <summary>As <see cref="Access"/>, and the first access that is found ends the search.</summary>
    FirstAccess,

    /// <summary>Along the links: the nodes from which one can go on. Access itself is left to a search from the other end.</summary>
    Way,

    /// <summary>Along the links: every node, also resources that lead nowhere.</summary>
    Nodes,
}

/// <summary>What one search asks of which picture.</summary>
/// <param name="Frame">The frozen links and what changed.</param>
/// <param name="Version">Changes up to this one are seen.</param>
/// <param name="At">The instant, in UTC ticks.</param>
/// <param name="Limits">The bound on work.</param>
/// <param name="CancellationToken">Ends the search.</param>
internal readonly record struct SearchRun(GraphFrame Frame, long Version, long At, QueryLimits Limits, CancellationToken CancellationToken)
{
    /// <summary>Gets a value indicating whether unmarked rows may be read without care.</summary>
    public bool IsPresent { get; } = Frame.SpeaksFor(At);
}
