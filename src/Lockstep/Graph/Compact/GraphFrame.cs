namespace Lockstep.Graph.Compact;

/// <summary>What a search works on: the frozen links, what changed since, and up to when the freeze speaks for the present.</summary>
/// <param name="links">The frozen links.</param>
/// <param name="version">The version that was frozen.</param>
/// <param name="nodes">The names.</param>
/// <param name="permits">The targets of access, numbered for this freeze.</param>
/// <param name="evidence">What links have in common.</param>
/// <param name="states">The nodes that are not active.</param>
internal sealed class GraphFrame(
    CompactLinks links, long version, NodeTable nodes, PermitTable permits, EvidenceTable evidence, NodeStates states)
{
    private readonly Lazy<NearestAccess> _nearest = new(() => NearestAccess.Of(links));
    private readonly Lazy<uint[]> _left = new(() =>
        [.. states.NotActive(version).Select(s => s.Node).Where(n => n < (uint)links.NodeCount && nodes.IsIdentity((int)n)).Order()]);

    private long _horizon = links.FrozenAt;

    public CompactLinks Links => links;

    public LinkOverlay Overlay { get; } = new(links.NodeCount, links.PermitCount, permits);

    public NodeTable Nodes => nodes;

    public PermitTable Permits => permits;

    public EvidenceTable Evidence => evidence;

    public NodeStates States => states;

    /// <summary>Gets the distances to the nearest access as of the freeze; made when first asked for.</summary>
    public NearestAccess Nearest => _nearest.Value;

    /// <summary>Gets the identities that were not active when the links were frozen, ascending; made when first asked for.</summary>
    public uint[] LeftAtFreeze => _left.Value;

    /// <summary>Gets the frozen nodes that some link enters, or whose permits some link enters: all others end a search in reverse.</summary>
    public BitSet Entered { get; } = EnteredOf(links, permits);

    /// <summary>Gets the frozen nodes that are the resource of a frozen permit: most are not, and need not be looked up.</summary>
    public BitSet HasPermits { get; } = ResourcesOf(links, permits);

    /// <summary>Says whether unmarked rows may be read without care at an instant.</summary>
    public bool SpeaksFor(long at) => links.FrozenAt <= at && at < Volatile.Read(ref _horizon);

    /// <summary>Marks the rows whose links begin or end before <paramref name="horizon"/>, then lets the freeze speak until then.</summary>
    /// <remarks>
    /// One pass over the links with a validity. For the writer; readers beyond the horizon read with care meanwhile. What begins or ends
    /// at the instant of the freeze itself is in the freeze, so only what comes after it counts.
    /// </remarks>
    public void ExtendTo(long horizon)
    {
        var known = Volatile.Read(ref _horizon);
        if (horizon <= known)
        {
            return;
        }

        foreach (var ticks in (ReadOnlySpan<SparseTicks>)[links.ValidFrom, links.ValidUntil])
        {
            foreach (var link in ticks.Within(known + 1, horizon))
            {
                Overlay.Mark(links.SourceOf(link), links.OutTo[link] & ~CompactLinks.Idle);
            }
        }

        Volatile.Write(ref _horizon, horizon);
    }

    /// <summary>Says whether access flows over a frozen link, at a version and an instant.</summary>
    public bool IsFollowed(uint link, uint word, long version, long at)
    {
        var meta = links.OutMeta[link];
        if (LinkMeta.HasValidity(meta))
        {
            var (from, until) = links.ValidityOf(link);
            if (from > at || at >= until)
            {
                return false;
            }
        }

        return IsOpen(meta, word, version) && !Overlay.IsRemoved(link, version);
    }

    /// <summary>Says whether access flows over a younger link, at a version and an instant.</summary>
    public bool IsFollowed(AddedLink link, long version, long at) =>
        link.IsIn(version) && link.ValidFrom <= at && at < link.ValidUntil && IsOpen(link.Meta, link.To, version);

    /// <summary>
    /// Says whether a link's kind carries access into a node of the target's state (the rule in <see cref="IAccessGraph"/>).
    /// </summary>
    public bool IsOpen(uint meta, uint word, long version)
    {
        var kind = (LinkKind)LinkMeta.Kind(meta);
        return kind.IsAccess
            && (kind is not (LinkKind.Represents or LinkKind.AuthenticatesAs)
                || LinkFlow.IsOpenTo(
                    kind, evidence[LinkMeta.Evidence(meta)].Enforcement.Mode, states.At(word & ~CompactLinks.Idle, version)));
    }

    /// <summary>Says whether a link leaves the resource of a permit, or may: leaves of the freeze are known, younger permits are not.</summary>
    public bool LeadsOn(uint permit) =>
        permit < (uint)links.LeafPermit || permit >= (uint)links.PermitCount || Overlay.LeadsOn(permit);

    private static BitSet EnteredOf(CompactLinks links, PermitTable permits)
    {
        var entered = new BitSet(links.NodeCount);
        for (var node = 0L; node < links.NodeCount; node++)
        {
            if (links.InStart[node] != links.InStart[node + 1])
            {
                entered.Set(node);
            }
        }

        for (var permit = 0; permit < links.PermitCount; permit++)
        {
            entered.Set(permits.Resource(permit));
        }

        return entered;
    }

    private static BitSet ResourcesOf(CompactLinks links, PermitTable permits)
    {
        var resources = new BitSet(links.NodeCount);
        for (var permit = 0; permit < links.PermitCount; permit++)
        {
            resources.Set(permits.Resource(permit));
        }

        return resources;
    }
}
