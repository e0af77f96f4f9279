namespace Lockstep.Graph.Compact;

/// <summary>What a search works on: the frozen links, what changed since, and up to when the freeze speaks for the present.</summary>
internal sealed class GraphFrame(
    CompactLinks links, LinkOverlay overlay, NodeTable nodes, PermitTable permits, EvidenceTable evidence, NodeStates states)
{
    private long _horizon = links.FrozenAt;

    public CompactLinks Links => links;

    public LinkOverlay Overlay => overlay;

    public NodeTable Nodes => nodes;

    public PermitTable Permits => permits;

    public EvidenceTable Evidence => evidence;

    public NodeStates States => states;

    /// <summary>Says whether unmarked rows may be read without care at an instant.</summary>
    public bool SpeaksFor(long at) => links.FrozenAt <= at && at < Volatile.Read(ref _horizon);

    /// <summary>Marks the rows whose links begin or end before <paramref name="horizon"/>, then lets the freeze speak until then.</summary>
    /// <remarks>One pass over the links with a validity. For the writer; readers beyond the horizon read with care meanwhile.</remarks>
    public void ExtendTo(long horizon)
    {
        var known = Volatile.Read(ref _horizon);
        for (var i = 0L; i < links.ValidityLink.Length; i++)
        {
            if (IsWithin(links.ValidityFrom[i], known, horizon) || IsWithin(links.ValidityUntil[i], known, horizon))
            {
                var link = links.ValidityLink[i];
                overlay.Mark(links.SourceOf(link), links.OutTo[link] & ~CompactLinks.Idle);
            }
        }

        Volatile.Write(ref _horizon, Math.Max(known, horizon));
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

        return IsOpen(meta, word, version) && !overlay.IsRemoved(link, version);
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

    private static bool IsWithin(long instant, long from, long until) => from <= instant && instant <= until;
}
