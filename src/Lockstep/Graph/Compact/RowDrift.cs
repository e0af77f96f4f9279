using System.Collections;

namespace Lockstep.Graph.Compact;

/// <summary>Compares rows of intended links with rows of a graph, and keeps what differs.</summary>
/// <threadsafety>For one thread.</threadsafety>
internal sealed class RowDrift(CompactLinks intended, CompactGraph graph, long at, int linksMax)
{
    private readonly DriftedLinks _missing = new(graph);
    private readonly DriftedLinks _extra = new(graph);
    private readonly HashSet<RowLink> _ours = [];
    private readonly HashSet<RowLink> _theirs = [];

    public IReadOnlyList<Link> Missing => _missing;

    public IReadOnlyList<Link> Extra => _extra;

    /// <summary>Gets a value indicating whether a difference was left out.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Compares all that a node gives.</summary>
    public void Compare(uint node)
    {
        if (graph.Frame.Overlay.NeedsCareOut(node) || node >= (uint)intended.NodeCount)
        {
            CompareWithCare(node);
        }
        else
        {
            Merge(node, new RowCursor(intended, node), new RowCursor(graph.Frame.Links, node));
        }
    }

    /// <summary>Walks two sorted rows side by side; what is not straight across is looked for in the whole of the other row.</summary>
    private void Merge(uint node, RowCursor ours, RowCursor theirs)
    {
        _ours.Clear();
        _theirs.Clear();
        var more = ours.Next() & theirs.Next();
        while (more)
        {
            if (ours.IsSameAs(theirs))
            {
                more = ours.Next() & theirs.Next();
            }
            else if (ours.Raw <= theirs.Raw && !(ours.Raw == theirs.Raw && theirs.IsBefore(ours)))
            {
                KeepMissing(node, ours);
                more = ours.Next();
            }
            else
            {
                KeepExtra(node, theirs);
                more = theirs.Next();
            }
        }

        for (; ours.IsAtLink; ours.Next())
        {
            KeepMissing(node, ours);
        }

        for (; theirs.IsAtLink; theirs.Next())
        {
            KeepExtra(node, theirs);
        }
    }

    private void KeepMissing(uint node, in RowCursor cursor)
    {
        if (!RowCursor.Contains(graph.Frame.Links, node, cursor.Link))
        {
            Keep(_missing, _ours, node, cursor.Link, cursor.Meta);
        }
    }

    private void KeepExtra(uint node, in RowCursor cursor)
    {
        if (!RowCursor.Contains(intended, node, cursor.Link))
        {
            Keep(_extra, _theirs, node, cursor.Link, cursor.Meta);
        }
    }

    /// <summary>Keeps a difference once, whoever else says it of the same row.</summary>
    private void Keep(DriftedLinks list, HashSet<RowLink>? kept, uint node, RowLink link, uint meta)
    {
        if (link.Until <= at || kept?.Add(link) == false)
        {
            return;
        }

        if (list.Count >= linksMax)
        {
            IsFull = true;
            return;
        }

        list.Add(node, link, meta);
    }

    private void CompareWithCare(uint node)
    {
        _ours.Clear();
        _theirs.Clear();
        var metas = new Dictionary<RowLink, uint>();
        for (var cursor = new RowCursor(intended, node); cursor.Next();)
        {
            _ours.Add(cursor.Link);
            metas[cursor.Link] = cursor.Meta;
        }

        foreach (var (_, to, meta, from, until) in graph.RawFrom(node))
        {
            var link = new RowLink(to, LinkMeta.Kind(meta), from, until);
            _theirs.Add(link);
            metas.TryAdd(link, meta);
        }

        foreach (var link in _ours.Except(_theirs).OrderBy(l => l.Word))
        {
            Keep(_missing, null, node, link, metas[link]);
        }

        foreach (var link in _theirs.Except(_ours).OrderBy(l => l.Word))
        {
            Keep(_extra, null, node, link, metas[link]);
        }
    }
}

/// <summary>What makes a link of a row the same as one of another row.</summary>
internal readonly record struct RowLink(uint Word, int Kind, long From, long Until);

/// <summary>Links that drifted, written out when they are read.</summary>
/// <threadsafety>For one thread while it is filled, immutable afterwards.</threadsafety>
internal sealed class DriftedLinks(CompactGraph graph) : IReadOnlyList<Link>
{
    private readonly List<(uint Node, RowLink Link, uint Meta)> _links = [];

    /// <inheritdoc/>
    public int Count => _links.Count;

    /// <inheritdoc/>
    public Link this[int index]
    {
        get
        {
            var (node, link, meta) = _links[index];
            return graph.Write(node, link.Word, meta, link.From, link.Until);
        }
    }

    public void Add(uint node, RowLink link, uint meta) => _links.Add((node, link, meta));

    /// <inheritdoc/>
    public IEnumerator<Link> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
