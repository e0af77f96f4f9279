using System.Diagnostics;

namespace Lockstep.Graph.Compact;

/// <summary>Writes out links that a search went over, with their evidence.</summary>
internal sealed class ChainReader(SearchRun run)
{
    private GraphFrame Frame => run.Frame;

    public bool IsIdentity(uint node) => Frame.Nodes.IsIdentity((int)node);

    /// <summary>Reads the chain along a path of nodes that may end in a permit.</summary>
    public Chain Read(List<uint> path)
    {
        var links = new Link[path.Count - 1];
        for (var i = 0; i < links.Length; i++)
        {
            links[i] = FollowedBetween(path[i], path[i + 1]);
        }

        return new(links);
    }

    /// <summary>Writes out one link.</summary>
    public Link Write(uint from, uint word, uint meta, long validFrom, long validUntil)
    {
        var evidence = Frame.Evidence[LinkMeta.Evidence(meta)];
        var permit = (word & PermitTable.Bit) == 0 ? -1 : (int)(word & ~PermitTable.Bit);
        var kind = (LinkKind)LinkMeta.Kind(meta);
        return new Link
        {
            From = Frame.Nodes.Id((int)from),
            To = Frame.Nodes.Id(permit < 0 ? (int)word : Frame.Permits.Resource(permit)),
            Kind = kind,
            Action = kind is LinkKind.Permits ? Frame.Permits.Action(permit) : null,
            Validity = Ticks.ToValidity(validFrom, validUntil),
            Enforcement = evidence.Enforcement,
            Source = evidence.Source,
            Evidence = evidence.Text,
            Condition = evidence.Condition,
        };
    }

    private Link FollowedBetween(uint from, uint word)
    {
        if (FindFollowed(from, word) is { } direct)
        {
            return direct;
        }

        for (var permit = Frame.Permits.First((int)word); permit >= 0; permit = Frame.Permits.Next(permit))
        {
            if (FindFollowed(from, (uint)permit | PermitTable.Bit) is { } permitted)
            {
                return permitted;
            }
        }

        throw new UnreachableException("Bug in Lockstep: a search went over a link that is not there.");
    }

    private Link? FindFollowed(uint from, uint word)
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
                    return Write(from, word, meta, validFrom, validUntil);
                }
            }
        }

        for (var added = Frame.Overlay.OfSource(from); added is not null; added = added.NextOfSource)
        {
            if (added.To == word && Frame.IsFollowed(added, run.Version, run.At))
            {
                return Write(from, word, added.Meta, added.ValidFrom, added.ValidUntil);
            }
        }

        return null;
    }
}
