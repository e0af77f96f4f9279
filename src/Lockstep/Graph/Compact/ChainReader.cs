using System.Diagnostics;

namespace Lockstep.Graph.Compact;

/// <summary>Writes out links that a search went over, with their evidence.</summary>
internal sealed class ChainReader(SearchRun run)
{
    private GraphFrame Frame => run.Frame;

    public bool IsIdentity(uint node) => Frame.Nodes.IsIdentity((int)node);

    /// <summary>Reads the chain along a path of nodes that may end in a permit.</summary>
    /// <remarks>Each name is written out once, and all are fetched before the first is waited for.</remarks>
    public Chain Read(List<uint> path)
    {
        var nodes = new int[path.Count];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = NodeOf(path[i]);
        }

        Frame.Nodes.FetchAhead(nodes);
        var links = new Link[path.Count - 1];
        var from = Frame.Nodes.Id(nodes[0]);
        for (var i = 0; i < links.Length; i++)
        {
            var to = Frame.Nodes.Id(nodes[i + 1]);
            links[i] = FollowedBetween(from, to, path[i], path[i + 1]);
            from = to;
        }

        return new(links);
    }

    /// <summary>Writes out one link.</summary>
    public Link Write(uint from, uint word, uint meta, long validFrom, long validUntil) =>
        Write(Frame.Nodes.Id((int)from), Frame.Nodes.Id(NodeOf(word)), word, meta, validFrom, validUntil);

    private Link Write(NodeId from, NodeId to, uint word, uint meta, long validFrom, long validUntil)
    {
        var evidence = Frame.Evidence[LinkMeta.Evidence(meta)];
        var kind = (LinkKind)LinkMeta.Kind(meta);
        return new Link
        {
            From = from,
            To = to,
            Kind = kind,
            Action = kind is LinkKind.Permits ? Frame.Permits.Action((int)(word & ~PermitTable.Bit)) : null,
            Validity = Ticks.ToValidity(validFrom, validUntil),
            Enforcement = evidence.Enforcement,
            Source = evidence.Source,
            Evidence = evidence.Text,
            Condition = evidence.Condition,
        };
    }

    private int NodeOf(uint word) => (word & PermitTable.Bit) == 0 ? (int)word : Frame.Permits.Resource((int)(word & ~PermitTable.Bit));

    private Link FollowedBetween(NodeId fromName, NodeId toName, uint from, uint word)
    {
        if (FindFollowed(fromName, toName, from, word) is { } direct)
        {
            return direct;
        }

        for (var permit = Frame.Permits.First((int)word); permit >= 0; permit = Frame.Permits.Next(permit))
        {
            if (FindFollowed(fromName, toName, from, (uint)permit | PermitTable.Bit) is { } permitted)
            {
                return permitted;
            }
        }

        throw new UnreachableException("Bug in Lockstep: a search went over a link that is not there.");
    }

    private Link? FindFollowed(NodeId fromName, NodeId toName, uint from, uint word)
    {
        foreach (var idle in (ReadOnlySpan<bool>)[false, true])
        {
            var (start, end) = Frame.Links.Between(from, word, idle);
            for (var link = start; link < end; link++)
            {
                if (Frame.IsFollowed(link, word, run.Version, run.At))
                {
                    var meta = Frame.Links.OutMeta[link];
                    var (validFrom, validUntil) = LinkMeta.HasValidity(meta)
                        ? Frame.Links.ValidityOf(link)
                        : (long.MinValue, long.MaxValue);
                    return Write(fromName, toName, word, meta, validFrom, validUntil);
                }
            }
        }

        for (var added = Frame.Overlay.OfSource(from); added is not null; added = added.NextOfSource)
        {
            if (added.To == word && Frame.IsFollowed(added, run.Version, run.At))
            {
                return Write(fromName, toName, word, added.Meta, added.ValidFrom, added.ValidUntil);
            }
        }

        return null;
    }
}
