namespace Lockstep.Graph.Compact;

/// <summary>The least cut by number: what lies between a start and some targets is taken out, and a flow pushed through it.</summary>
/// <remarks>
/// Both sides are searched in turns, the one with the smaller frontier first, until either has seen everything on its side; only within
/// that is the other searched again. What both have seen lies between. A permit stands for all that a link gives: cut once, it pays once.
/// </remarks>
/// <threadsafety>For one thread.</threadsafety>
internal sealed class CompactCut(SearchRun run, uint start, HashSet<uint>? targets, Func<CutCandidate, long?> costOf)
    : ICutLinks, IDisposable
{
    private readonly FlowRows _rows = new(run);
    private readonly Dictionary<uint, int> _sharers = [];
    private readonly List<PlacedLink> _links = [];
    private readonly List<CutSide> _sides = [];

    /// <summary>Gets which limit kept something out, or <see langword="null"/>.</summary>
    public string? Limit { get; private set; }

    /// <summary>Finds the cut; <see langword="null"/> if some chain has no link that can be cut.</summary>
    public (IReadOnlyList<PlacedLink> Links, long Cost)? Find()
    {
        var between = Between();
        if (!between.Has(start))
        {
            return ([], 0);
        }

        var sink = between.Count;
        var network = new MinCut(sink + 1, between.Count * 4);
        for (var i = 0; i < between.Count; i++)
        {
            AddArcs(between, between.Queue[i], i, sink, network);
        }

        return network.Solve(NumberOf(between, start), sink) is var (cost, arcs) ? ([.. arcs.Select(arc => _links[arc])], cost) : null;
    }

    /// <summary>Asks the graph again: whether any target is reached without some links.</summary>
    public bool ReachesWithout(IReadOnlyList<PlacedLink> links)
    {
        var without = new WithoutLinks(links);
        var (forward, reverse) = Sides(without);
        if (reverse is not null)
        {
            // Who holds a target comes first: the other side does not look at what leads nowhere, and meets them.
            if (Meets(reverse, forward))
            {
                return true;
            }

            if (reverse.Limit is not null)
            {
                (forward, reverse) = (Side(isForward: true, withLeaves: true, within: null, without), null);
                forward.Start(start);
            }
        }

        while (!forward.IsDone && reverse is not { IsDone: true })
        {
            // Limits may keep both from an answer, and then nothing is certified.
            if (Smaller(forward, reverse) is not { } side || Meets(side, side == forward ? reverse : forward))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives back what the searches used.</summary>
    public void Dispose() => _sides.ForEach(side => side.Dispose());

    /// <inheritdoc/>
    public int SharersOf(Link? link, PlacedLink placed)
    {
        if (placed.From == start)
        {
            return 0;
        }

        if (!_sharers.TryGetValue(placed.From, out var sharers))
        {
            _sharers[placed.From] = sharers = CountSharers(placed.From);
        }

        return sharers;
    }

    /// <inheritdoc/>
    public LinkEvidence EvidenceOf(PlacedLink placed) => run.Frame.Evidence[LinkMeta.Evidence(placed.Meta)];

    /// <inheritdoc/>
    public Link Read(PlacedLink placed) => _rows.Write(placed);

    private int NumberOf(CutSide between, uint word) => between.Places[_rows.PlaceOf(word)] - 1;

    private bool IsTarget(uint word) => (word & PermitTable.Bit) != 0 && (targets is null || targets.Contains(word));

    /// <summary>Follows one more level; says whether it holds something that the other side has, or where there is none, a target.</summary>
    private bool Meets(CutSide side, CutSide? other)
    {
        var seen = side.Count;
        side.Step();
        foreach (var word in side.Queue[seen..])
        {
            if (other is null ? IsTarget(word) : other.Has(word))
            {
                return true;
            }
        }

        return false;
    }

    private static CutSide? Smaller(CutSide forward, CutSide? reverse) =>
        reverse is { IsOpen: true } && (!forward.IsOpen || reverse.Frontier * CompactGraph.ReverseWeight < forward.Frontier) ? reverse : forward.IsOpen ? forward : null;

    private (CutSide Forward, CutSide? Reverse) Sides(WithoutLinks? without)
    {
        var forward = Side(isForward: true, withLeaves: targets is null, within: null, without);
        forward.Start(start);
        if (targets is null)
        {
            return (forward, null);
        }

        var reverse = Side(isForward: false, withLeaves: true, within: null, without);
        StartAll(reverse, targets);
        return (forward, reverse);
    }

    private CutSide Side(bool isForward, bool withLeaves, SparseNumbers? within, WithoutLinks? without)
    {
        var side = new CutSide(_rows, isForward, withLeaves, within, without);
        _sides.Add(side);
        return side;
    }

    private static void StartAll(CutSide side, IEnumerable<uint> words)
    {
        foreach (var word in words)
        {
            if (!side.Has(word))
            {
                side.Start(word);
            }
        }
    }

    /// <summary>Finds what lies between: what the start reaches and what reaches a target.</summary>
    private CutSide Between()
    {
        var (forward, reverse) = Sides(without: null);
        while (!forward.IsDone && Smaller(forward, reverse) is { } side)
        {
            side.Step();
            if (reverse is { IsDone: true })
            {
                return WithinReverse(reverse);
            }
        }

        var between = Side(isForward: false, withLeaves: true, forward.Places, without: null);
        StartAll(between, targets ?? forward.Queue.ToArray().Where(IsTarget));
        while (between.IsOpen)
        {
            between.Step();
        }

        // A last link that leads nowhere was not followed by the other side: only here it may be one too many.
        Limit = forward.Limit ?? between.Limit;
        return between;
    }

    private CutSide WithinReverse(CutSide reverse)
    {
        var between = Side(isForward: true, withLeaves: true, reverse.Places, without: null);
        between.Start(start);
        while (between.IsOpen)
        {
            between.Step();
        }

        Limit = between.Limit;
        return between;
    }

    private void AddArcs(CutSide between, uint word, int number, int sink, MinCut network)
    {
        if (IsTarget(word))
        {
            return;
        }

        if ((word & PermitTable.Bit) != 0)
        {
            var resource = NumberOf(between, (uint)run.Frame.Permits.Resource((int)(word & ~PermitTable.Bit)));
            if (resource >= 0)
            {
                network.Add(number, resource, MinCut.Uncuttable);
                _links.Add(default);
            }

            return;
        }

        var first = _links.Count;
        _rows.AddLinks(word, _links, between.Places);
        for (var i = first; i < _links.Count; i++)
        {
            var to = IsTarget(_links[i].To) ? sink : NumberOf(between, _links[i].To);
            network.Add(number, to, costOf(new(this, _links[i])) ?? MinCut.Uncuttable);
        }
    }

    private int CountSharers(uint node)
    {
        var sources = new List<uint>();
        Add(node);
        for (var permit = run.Frame.Permits.First((int)node); permit >= 0; permit = run.Frame.Permits.Next(permit))
        {
            Add((uint)permit | PermitTable.Bit);
        }

        sources.Sort();
        return sources.Where((source, i) => i == 0 || source != sources[i - 1]).Count();

        void Add(uint word)
        {
            foreach (var source in _rows.In(word))
            {
                if ((source & CompactLinks.Idle) != 0)
                {
                    break;
                }

                sources.Add(source);
            }
        }
    }
}
