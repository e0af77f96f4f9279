namespace Lockstep.Graph.Compact;

/// <summary>The access graph at estate scale: built from a stream, changed link by link, read while it changes.</summary>
/// <remarks>
/// Memory: 8 bytes a link forward, 4 in reverse, 20 more for a link with a validity, 8 a node for rows and about 20 and its text for its
/// name. A change is O(1) and visible to the next <see cref="Current"/>. When changes are many they are folded into a new freeze.
/// </remarks>
/// <threadsafety>One writer at a time; any number of readers of <see cref="Current"/>, which never wait.</threadsafety>
public sealed class CompactGraphStore
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);
    private readonly NodeTable _nodes;
    private readonly EvidenceTable _evidence;
    private readonly NodeStates _states;
    private PermitTable _permits;
    private CompactGraph _current;
    private long _version;
    private long _frozenVersion;

    private CompactGraphStore(int capacity)
    {
        (_nodes, _permits, _evidence, _states) = (new NodeTable(capacity), new(), new(), new());
        _current = null!;
    }

    /// <summary>Begins with what a snapshot held.</summary>
    internal CompactGraphStore(GraphFrame frame, DateTimeOffset now)
    {
        (_nodes, _permits, _evidence, _states) = (frame.Nodes, frame.Permits, frame.Evidence, frame.States);
        frame.ExtendTo((now + Ahead).UtcTicks);
        _current = new CompactGraph(frame, 0);
    }

    /// <summary>Gets the picture after the last change.</summary>
    public CompactGraph Current => Volatile.Read(ref _current);

    /// <summary>Builds from links in any order. Of two with the same <see cref="Link.Key"/> the later one stays.</summary>
    /// <param name="links">The links.</param>
    /// <param name="states">The nodes that are not active; the others need not be named.</param>
    /// <param name="now">The present instant (UTC), for which questions are fastest.</param>
    /// <param name="nodesExpected">A hint; 0 if unknown.</param>
    public static CompactGraphStore Build(
        IEnumerable<Link> links, IEnumerable<(NodeId Node, NodeState State)> states, DateTimeOffset now, int nodesExpected = 0)
    {
        return Build(
            intake =>
            {
                foreach (var link in links)
                {
                    intake.Add(link);
                }

                foreach (var (node, state) in states)
                {
                    intake.SetState(intake.Node(node), state);
                }
            },
            now,
            nodesExpected);
    }

    /// <summary>Builds from what <paramref name="fill"/> gives by number: for millions of links, without a record for each.</summary>
    /// <param name="fill">Gives nodes, evidence and links, in any order.</param>
    /// <param name="now">The present instant (UTC), for which questions are fastest.</param>
    /// <param name="nodesExpected">A hint; 0 if unknown.</param>
    public static CompactGraphStore Build(Action<GraphIntake> fill, DateTimeOffset now, int nodesExpected = 0)
    {
        var store = new CompactGraphStore(nodesExpected);
        var staged = new StagedLinks();
        fill(new GraphIntake(store._nodes, store._permits, store._evidence, store._states, staged));
        store.Freeze(staged, now);
        return store;
    }

    /// <summary>Makes changes visible together: a reader sees all of them or none.</summary>
    public void Apply(IReadOnlyList<GraphChange> changes)
    {
        var (version, overlay) = (_version + 1, _current.Frame.Overlay);
        foreach (var change in changes)
        {
            switch (change)
            {
                case GraphChange.Assert(var link):
                    var (from, to, meta) = Encode(link);
                    Retract(from, to, link.Kind, link.Source, version);
                    overlay.Add(from, to, meta, Ticks.From(link.Validity), Ticks.Until(link.Validity), version);
                    break;
                case GraphChange.Retract(var key):
                    if (_current.Word(key) is var (source, target))
                    {
                        Retract(source, target, key.Kind, key.Source, version);
                    }

                    break;
                case GraphChange.SetState(var node, var state):
                    SetState((uint)_nodes.Intern(node), state, version);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException($"Bug in Lockstep: unknown change {change.GetType().Name}.");
            }
        }

        _version = version;
        Volatile.Write(ref _current, new CompactGraph(_current.Frame, version));
    }

    /// <summary>Prepares for the passing of time: questions up to ten minutes after <paramref name="now"/> stay fast.</summary>
    /// <remarks>
    /// Links begin and end by time alone whether this is called or not; without it, later questions read every row with care.
    /// </remarks>
    public void AdvanceTo(DateTimeOffset now) => _current.Frame.ExtendTo((now + Ahead).UtcTicks);

    /// <summary>Folds all changes into a new freeze as of <paramref name="now"/>. O(links). Readers of older pictures keep them.</summary>
    public void Compact(DateTimeOffset now)
    {
        var staged = new StagedLinks();
        foreach (var (from, to, meta, validFrom, validUntil) in _current.RawLinks())
        {
            staged.Add(from, to, meta, validFrom, validUntil);
        }

        Freeze(staged, now);
    }

    /// <summary>Gets the current picture with nothing left to fold in.</summary>
    internal GraphFrame Fold(DateTimeOffset now)
    {
        if (_version != _frozenVersion)
        {
            Compact(now);
        }

        return _current.Frame;
    }

    private void Freeze(StagedLinks staged, DateTimeOffset now)
    {
        var version = _version;
        var leadsOn = new BitSet(_nodes.Count);
        for (var i = 0L; i < staged.Count; i++)
        {
            leadsOn.Set(staged.From(i));
        }

        var (permits, numbers, leafPermit) = _permits.Renumbered(resource => leadsOn.Contains(resource));
        staged.Renumber(numbers);
        _permits = permits;
        var links = CompactLinksBuilder.Build(
            staged, _nodes.Count, permits.Count, leafPermit, now.UtcTicks, (_, to, meta) => IsOpen(to, meta, version), SourceOf);
        var frame = new GraphFrame(links, version, _nodes, permits, _evidence, _states);
        frame.ExtendTo((now + Ahead).UtcTicks);
        _frozenVersion = version;
        Volatile.Write(ref _current, new CompactGraph(frame, version));
    }

    private string SourceOf(uint meta) => _evidence[LinkMeta.Evidence(meta)].Source;

    private bool IsOpen(uint to, uint meta, long version)
    {
        var kind = (LinkKind)LinkMeta.Kind(meta);
        return kind.IsAccess
            && (kind is not (LinkKind.Represents or LinkKind.AuthenticatesAs)
                || LinkFlow.IsOpenTo(kind, _evidence[LinkMeta.Evidence(meta)].Enforcement.Mode, _states.At(to, version)));
    }

    private (uint From, uint To, uint Meta) Encode(Link link) => GraphIntake.Encode(link, _nodes, _permits, _evidence);

    private void Retract(uint from, uint to, LinkKind kind, string source, long version)
    {
        var frame = _current.Frame;
        foreach (var idle in (ReadOnlySpan<bool>)[false, true])
        {
            var (start, end) = frame.Links.Between(from, to, idle);
            for (var link = start; link < end; link++)
            {
                if (IsSaidBy(frame.Links.OutMeta[link], kind, source))
                {
                    frame.Overlay.RemoveFrozen(link, from, to, version);
                }
            }
        }

        for (var added = frame.Overlay.OfSource(from); added is not null; added = added.NextOfSource)
        {
            if (added.To == to && added.IsIn(version) && IsSaidBy(added.Meta, kind, source))
            {
                frame.Overlay.RemoveAdded(added, version);
            }
        }
    }

    private bool IsSaidBy(uint meta, LinkKind kind, string source) => LinkMeta.Kind(meta) == (int)kind && SourceOf(meta) == source;

    private void SetState(uint node, NodeState state, long version)
    {
        var frame = _current.Frame;
        foreach (var from in _current.SourcesOf(node))
        {
            frame.Overlay.MarkOut(from);
        }

        frame.Overlay.MarkIn(node);
        frame.Overlay.Restate(node);
        _states.Set(node, state, version);
    }
}
