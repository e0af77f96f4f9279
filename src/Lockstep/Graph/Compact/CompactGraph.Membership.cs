namespace Lockstep.Graph.Compact;

/// <content>What a node is in, and who owns it: read by number, so that a group's many permits cost a comparison each.</content>
public sealed partial class CompactGraph
{
    /// <inheritdoc/>
    public Membership MembershipOf(NodeId node, DateTimeOffset at)
    {
        if (FindNode(node) is not { } start)
        {
            return new([], Validity.Always, IsComplete: true);
        }

        var seen = new HashSet<uint> { start };
        var reached = new List<uint> { start };
        var window = new InstantWindow(at.UtcTicks);
        for (var next = 0; next < reached.Count && reached.Count <= Membership.NodesMax; next++)
        {
            ReachAbove(reached[next], at.UtcTicks, seen, reached, ref window);
        }

        var above = new NodeId[reached.Count - 1];
        for (var i = 0; i < above.Length; i++)
        {
            above[i] = _frame.Nodes.SharedId((int)reached[i + 1]);
        }

        return new(above, window.ToValidity(), reached.Count <= Membership.NodesMax);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Link> LinksTo(NodeId node, LinkKind kind)
    {
        if (kind is LinkKind.Permits or LinkKind.Reads)
        {
            return [.. LinksTo(node).Where(link => link.Kind == kind)];
        }

        return FindNode(node) is { } to
            ? [.. SourcesOfWord(to).Distinct().SelectMany(from => LinksBetween(from, to)).Where(link => link.Kind == kind)]
            : [];
    }

    /// <inheritdoc/>
    public bool Names(NodeId node) => FindNode(node) is { } known
        && (RawLinksFrom(known).Any() || SourcesOf(known).Distinct().Any(from => RawLinksFrom(from).Any(l => IsTo(l.To, known))));

    private bool IsTo(uint word, uint node) =>
        word == node || ((word & PermitTable.Bit) != 0 && _frame.Permits.Resource((int)(word & ~PermitTable.Bit)) == (int)node);

    private void ReachAbove(uint node, long at, HashSet<uint> seen, List<uint> reached, ref InstantWindow window)
    {
        var links = _frame.Links;
        if (node < (uint)links.NodeCount)
        {
            for (var link = links.OutStart[node]; link < links.OutStart[node + 1]; link++)
            {
                var word = links.OutTo[link] & ~CompactLinks.Idle;
                var meta = links.OutMeta[link];
                if (!MakesMember(word, meta) || _frame.Overlay.IsRemoved(link, _version))
                {
                    continue;
                }

                if (LinkMeta.HasValidity(meta))
                {
                    var (from, until) = links.ValidityOf(link);
                    window.Narrow(from, until);
                }

                if (_frame.IsFollowed(link, word, _version, at) && seen.Add(word))
                {
                    reached.Add(word);
                }
            }
        }

        for (var added = _frame.Overlay.OfSource(node); added is not null; added = added.NextOfSource)
        {
            if (added.IsIn(_version) && MakesMember(added.To, added.Meta))
            {
                window.Narrow(added.ValidFrom, added.ValidUntil);
                if (_frame.IsFollowed(added, _version, at) && seen.Add(added.To))
                {
                    reached.Add(added.To);
                }
            }
        }
    }

    private bool MakesMember(uint word, uint meta)
    {
        var kind = (LinkKind)LinkMeta.Kind(meta);
        return (word & PermitTable.Bit) == 0
            && Membership.IsMadeBy(kind, kind == LinkKind.Holds ? _frame.Nodes.Id((int)word).Kind : string.Empty);
    }

    private IEnumerable<uint> SourcesOfWord(uint word)
    {
        if (_frame.Overlay.SlotOf(word) is >= 0 and var slot)
        {
            for (var i = _frame.Links.InStart[slot]; i < _frame.Links.InStart[slot + 1]; i++)
            {
                yield return _frame.Links.InFrom[i] & ~CompactLinks.Idle;
            }
        }

        for (var added = _frame.Overlay.OfTarget(word); added is not null; added = added.NextOfTarget)
        {
            yield return added.From;
        }
    }

    private IEnumerable<Link> LinksBetween(uint from, uint to)
    {
        var reader = new ChainReader(new SearchRun(_frame, _version, 0, QueryLimits.Default, CancellationToken.None));
        foreach (var raw in RawLinksFrom(from))
        {
            if (raw.To == to)
            {
                yield return reader.Write(raw.From, raw.To, raw.Meta, raw.ValidFrom, raw.ValidUntil);
            }
        }
    }
}
