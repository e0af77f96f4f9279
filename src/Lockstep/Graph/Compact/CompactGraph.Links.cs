namespace Lockstep.Graph.Compact;

/// <content>The links around a node, and between two.</content>
public sealed partial class CompactGraph
{
    /// <inheritdoc/>
    public IReadOnlyList<Link> LinksFrom(NodeId node)
    {
        if (FindNode(node) is not { } from)
        {
            return [];
        }

        var reader = new ChainReader(new SearchRun(_frame, _version, 0, QueryLimits.Default, CancellationToken.None));
        var links = new List<Link>();
        foreach (var raw in RawLinksFrom(from))
        {
            links.Add(reader.Write(raw.From, raw.To, raw.Meta, raw.ValidFrom, raw.ValidUntil));
        }

        return links;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Link> LinksTo(NodeId node) =>
        FindNode(node) is not { } to
            ? []
            : [.. SourcesOf(to).Distinct().SelectMany(from => LinksFrom(_frame.Nodes.Id((int)from))).Where(link => link.To == node)];

    /// <summary>Finds the numbers of a key's ends, or <see langword="null"/> if one is unknown.</summary>
    internal (uint From, uint To)? Word(LinkKey key)
    {
        if (FindNode(key.From) is not { } from)
        {
            return null;
        }

        var action = key.Kind switch { LinkKind.Permits => key.Action, LinkKind.Reads => AccessTarget.Read, _ => null };
        var to = action is null ? FindNode(key.To) : FindPermit(new AccessTarget(key.To, action));
        return to is { } word ? (from, word) : null;
    }

    /// <summary>Streams the sources of all links into a node or its permits, also those that are not followed.</summary>
    internal IEnumerable<uint> SourcesOf(uint node)
    {
        var words = new List<uint> { node };
        for (var permit = _frame.Permits.First((int)node); permit >= 0; permit = _frame.Permits.Next(permit))
        {
            words.Add((uint)permit | PermitTable.Bit);
        }

        return words.SelectMany(SourcesOfWord);
    }

    /// <summary>Streams every link of this version.</summary>
    internal IEnumerable<(uint From, uint To, uint Meta, long ValidFrom, long ValidUntil)> RawLinks()
    {
        for (var node = 0u; node < (uint)_frame.Links.NodeCount; node++)
        {
            foreach (var link in RawFrozenLinksFrom(node))
            {
                yield return link;
            }
        }

        foreach (var added in _frame.Overlay.All(_version))
        {
            yield return (added.From, added.To, added.Meta, added.ValidFrom, added.ValidUntil);
        }
    }

    private IEnumerable<(uint From, uint To, uint Meta, long ValidFrom, long ValidUntil)> RawLinksFrom(uint node)
    {
        foreach (var link in RawFrozenLinksFrom(node))
        {
            yield return link;
        }

        for (var added = _frame.Overlay.OfSource(node); added is not null; added = added.NextOfSource)
        {
            if (added.IsIn(_version))
            {
                yield return (added.From, added.To, added.Meta, added.ValidFrom, added.ValidUntil);
            }
        }
    }

    private IEnumerable<(uint From, uint To, uint Meta, long ValidFrom, long ValidUntil)> RawFrozenLinksFrom(uint node)
    {
        var links = _frame.Links;
        if (node >= (uint)links.NodeCount)
        {
            yield break;
        }

        for (var link = links.OutStart[node]; link < links.OutStart[node + 1]; link++)
        {
            if (_frame.Overlay.IsRemoved(link, _version))
            {
                continue;
            }

            var meta = links.OutMeta[link];
            var (from, until) = LinkMeta.HasValidity(meta) ? links.ValidityOf(link) : (long.MinValue, long.MaxValue);
            yield return (node, links.OutTo[link] & ~CompactLinks.Idle, meta, from, until);
        }
    }
}
