namespace Lockstep.Graph.Compact;

/// <summary>What going down to the nearest access gave.</summary>
internal enum Descent
{
    /// <summary>A shortest path.</summary>
    Found,

    /// <summary>There is no access, whatever was added.</summary>
    Nothing,

    /// <summary>A link on the way was taken back, or is too far to say: search.</summary>
    Unknown,
}

/// <summary>
/// The way from any node to its nearest access, as of a version and a present instant: the distances of the freeze, and shorter ones
/// where links came since.
/// </summary>
/// <remarks>
/// Distances are over what was followed at the freeze together with what is followed now, so none is too long. If a way of that length
/// uses only what is followed now, no shorter one exists; if it meets a link that was taken back, a search must tell. What came since is
/// in rows marked as careful (marked-first), so only those are looked at again, and from them back to whatever is nearer by them.
/// </remarks>
/// <threadsafety>Immutable once built.</threadsafety>
internal sealed class ShortestAccess
{
    private const int ShorterMax = 1_000_000;
    private readonly SearchRun _run;
    private readonly NearestAccess _frozen;
    private readonly Dictionary<uint, int> _shorter = [];
    private readonly Queue<uint> _changed = new();

    private ShortestAccess(SearchRun run) => (_run, _frozen) = (run, run.Frame.Nearest);

    /// <summary>Takes in what came since the freeze; <see langword="null"/> if that is so much that searching is cheaper.</summary>
    public static ShortestAccess? Of(SearchRun run)
    {
        var shortest = new ShortestAccess(run);
        foreach (var source in run.Frame.Overlay.CarefulSources)
        {
            shortest.Look((uint)source);
        }

        foreach (var source in run.Frame.Overlay.AddedSources.Where(s => s >= (uint)run.Frame.Links.NodeCount))
        {
            shortest.Look(source);
        }

        return shortest.Spread() ? shortest : null;
    }

    /// <summary>Writes the path from a node to its nearest access.</summary>
    public Descent Descend(uint node, List<uint> path)
    {
        path.Clear();
        path.Add(node);
        var distance = DistanceOf(node);
        if (distance == NearestAccess.Unknown)
        {
            return _frozen.IsExact ? Descent.Nothing : Descent.Unknown;
        }

        if (distance > _run.Limits.DepthMax)
        {
            return Descent.Unknown;
        }

        for (; distance > 0; distance--)
        {
            if (Nearer(path[^1], distance - 1) is not { } next)
            {
                return Descent.Unknown;
            }

            path.Add(next);
        }

        return Descent.Found;
    }

    private int DistanceOf(uint node) =>
        _shorter.Count > 0 && _shorter.TryGetValue(node, out var distance) ? distance : _frozen[node];

    /// <summary>Finds a followed neighbour at a distance; at 0 a permit.</summary>
    private uint? Nearer(uint node, int distance)
    {
        if (_run.Frame.Overlay.NeedsCareOut(node))
        {
            var (careful, length) = (new uint[16], 0);
            CarefulRows.Out(_run, node, ref careful, ref length);
            return Nearer(careful.AsSpan(0, length), distance);
        }

        var links = _run.Frame.Links;
        return Nearer(links.OutTo.Slice(links.OutStart[node], (int)(links.OutStart[node + 1L] - links.OutStart[node])), distance);
    }

    private uint? Nearer(ReadOnlySpan<uint> row, int distance)
    {
        foreach (var word in row)
        {
            if (word < CompactLinks.Idle && DistanceAfter(word) == distance)
            {
                return word;
            }
        }

        return null;
    }

    /// <summary>Gives how far access is once a word is reached: a permit is access itself. -1 if it leads to none.</summary>
    private int DistanceAfter(uint word) =>
        (word & PermitTable.Bit) != 0 ? 0 : DistanceOf(word) is not NearestAccess.Unknown and var distance ? distance : -1;

    /// <summary>Looks at a row anew; if it is nearer than it was, so may be whoever leads to it.</summary>
    private void Look(uint node)
    {
        var (row, length) = (new uint[16], 0);
        CarefulRows.Out(_run, node, ref row, ref length);
        var best = int.MaxValue;
        foreach (var word in row.AsSpan(0, length))
        {
            best = DistanceAfter(word) is >= 0 and var after ? Math.Min(best, after + 1) : best;
        }

        Shorten(node, best);
    }

    private void Shorten(uint node, int distance)
    {
        if (distance != int.MaxValue && (DistanceOf(node) is NearestAccess.Unknown || distance < DistanceOf(node)))
        {
            _shorter[node] = distance;
            _changed.Enqueue(node);
        }
    }

    private bool Spread()
    {
        while (_changed.TryDequeue(out var node))
        {
            _run.CancellationToken.ThrowIfCancellationRequested();
            if (_shorter.Count > ShorterMax)
            {
                return false;
            }

            var distance = _shorter[node];
            foreach (var source in Sources(node))
            {
                Shorten(source, distance + 1);
            }
        }

        return true;
    }

    /// <summary>Lists who leads to a node, now or at the freeze; that a link may be idle makes no distance too long.</summary>
    private List<uint> Sources(uint node)
    {
        var (sources, links) = (new List<uint>(), _run.Frame.Links);
        if (_run.Frame.Overlay.SlotOf(node) is >= 0 and var slot)
        {
            for (var i = links.InStart[slot]; i < links.InStart[slot + 1]; i++)
            {
                if (links.InFrom[i] < CompactLinks.Idle)
                {
                    sources.Add(links.InFrom[i]);
                }
            }
        }

        if (_run.Frame.Overlay.NeedsCareIn(node))
        {
            var (row, length) = (new uint[16], 0);
            CarefulRows.In(_run, node, ref row, ref length);
            sources.AddRange(row.AsSpan(0, length));
        }

        return sources;
    }
}
