using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>
/// One breadth-first search, forward or in reverse. What is visited is a bit per node (it stays in the cache); the queue keeps, beside
/// each node, the position of the one before it, so that every visited node has its shortest path without a random write.
/// </summary>
/// <remarks>
/// O(links of visited nodes). The next rows are fetched ahead, since a search waits for memory and for nothing else.
/// Clearing costs what the search visited, so an instance is reused (<see cref="Rent"/>).
/// </remarks>
internal sealed class Search
{
    private const int Ahead = 6;
    private static readonly ConcurrentBag<Search> Idle = [];
    private BitSet _seen = new(0);
    private long _capacity;
    private long _permitBase;
    private uint[] _queue = new uint[1024];
    private int[] _before = new int[1024];
    private uint[] _row = new uint[256];
    private int _rowLength;

    private Search()
    {
    }

    /// <summary>Gets how many nodes and permits were visited, the start included.</summary>
    public int Count { get; private set; }

    /// <summary>Gets which limit was reached, or <see langword="null"/>.</summary>
    public string? LimitReached { get; private set; }

    /// <summary>Gets the visited words in order: nodes, and permits with <see cref="PermitTable.Bit"/>.</summary>
    public ReadOnlySpan<uint> Queue => _queue.AsSpan(0, Count);

    /// <summary>Gets for each visited word the position of the one before it; -1 for the start.</summary>
    public ReadOnlySpan<int> Before => _before.AsSpan(0, Count);

    /// <summary>Gets where each level ends in the queue: level 0 is the start.</summary>
    public List<int> LevelEnds { get; } = [];

    /// <summary>Gets or sets a value indicating whether the first access that is found ends the search; a start keeps it.</summary>
    public bool StopsAtAccess { get; set; }

    /// <summary>Gets the position of the access that ended the search, or -1.</summary>
    public int AccessAt { get; private set; } = -1;

    public static Search Rent(GraphFrame frame)
    {
        var search = Idle.TryTake(out var idle) ? idle : new Search();

        // Fixed for this search: the tables may grow meanwhile, but no version that we can see names what they grow by.
        search._permitBase = frame.Nodes.Count;
        var needed = search._permitBase + frame.Permits.Count;
        if (search._capacity < needed)
        {
            search._capacity = needed + (needed / 8) + 1024;
            search._seen = new BitSet(search._capacity);
        }

        return search;
    }

    public void Return()
    {
        Clear();
        StopsAtAccess = false;
        Idle.Add(this);
    }

    /// <summary>Forgets what was visited, for another start in the same picture.</summary>
    public void Clear()
    {
        foreach (var word in Queue)
        {
            _seen.Clear(Bit(word));
        }

        Count = 0;
        LevelEnds.Clear();
        LimitReached = null;
        AccessAt = -1;
    }

    /// <summary>Begins at a node or permit.</summary>
    public void Start(uint word)
    {
        Visit(word, -1);
        LevelEnds.Add(Count);
    }

    public bool HasSeen(uint word) => _seen.Contains(Bit(word));

    /// <summary>
    /// Visits one more level; false if there was nothing more, a limit was reached, or <paramref name="stopAt"/> was visited.
    /// </summary>
    /// <param name="run">What is asked of which picture.</param>
    /// <param name="forward">Along the links, or against them.</param>
    /// <param name="stopAt">A word that ends the search, if any.</param>
    /// <param name="depthElsewhere">How many links the other side of a search from both ends has used up.</param>
    public bool Step(in SearchRun run, bool forward, uint? stopAt, int depthElsewhere = 0)
    {
        var start = LevelEnds.Count < 2 ? 0 : LevelEnds[^2];
        var end = LevelEnds[^1];
        var depthReached = LevelEnds.Count + depthElsewhere > run.Limits.DepthMax;
        for (var i = start; i < end; i++)
        {
            if ((i & 1023) == 0)
            {
                run.CancellationToken.ThrowIfCancellationRequested();
            }

            if (!ExpandAt(run, forward, i, depthReached))
            {
                return false;
            }
        }

        if (Count == end)
        {
            return false;
        }

        LevelEnds.Add(Count);
        return stopAt is not { } target || !HasSeen(target);
    }

    private long Bit(uint word) => (word & PermitTable.Bit) == 0 ? word : (word & ~PermitTable.Bit) + _permitBase;

    private bool ExpandAt(in SearchRun run, bool forward, int position, bool depthReached)
    {
        var word = _queue[position];
        var links = run.Frame.Links;
        var starts = forward ? links.OutStart : links.InStart;
        if (position + Ahead < Count && _queue[position + Ahead] is var soon && soon < (uint)links.NodeCount)
        {
            starts.Prefetch(soon);
        }

        if (position + (Ahead / 2) < Count && _queue[position + (Ahead / 2)] is var next && next < (uint)links.NodeCount)
        {
            (forward ? links.OutTo : links.InFrom).Prefetch(starts[next]);
        }

        if (forward && (word & PermitTable.Bit) != 0)
        {
            return true;
        }

        var slot = run.IsPresent ? forward ? run.Frame.Overlay.NeedsCareOut(word) ? -1 : word : CareFreeIn(run, word) : -1;
        return slot >= 0
            ? ExpandFrozen(run, starts, forward ? links.OutTo : links.InFrom, slot, position, forward, depthReached)
                && (forward || ExpandPermits(run, word, position, depthReached))
            : ExpandWithCare(run, forward, word, position, depthReached);
    }

    private static long CareFreeIn(in SearchRun run, uint word) =>
        run.Frame.Overlay.NeedsCareIn(word) ? -1 : run.Frame.Overlay.SlotOf(word);

    private bool ExpandFrozen(
        in SearchRun run, NativeBuffer<uint> starts, NativeBuffer<uint> row, long slot, int position, bool forward, bool depthReached)
    {
        var end = starts[slot + 1];
        for (var link = starts[slot]; link < end; link++)
        {
            var word = row[link];
            if ((word & CompactLinks.Idle) != 0)
            {
                break;
            }

            if (!Reach(run, word, position, forward, depthReached))
            {
                return false;
            }
        }

        return true;
    }

    private bool ExpandWithCare(in SearchRun run, bool forward, uint word, int position, bool depthReached)
    {
        _rowLength = 0;
        if (forward)
        {
            CarefulRows.Out(run, word, ref _row, ref _rowLength);
        }
        else
        {
            CarefulRows.In(run, word, ref _row, ref _rowLength);
        }

        for (var i = 0; i < _rowLength; i++)
        {
            if (!Reach(run, _row[i], position, forward, depthReached))
            {
                return false;
            }
        }

        return forward || ExpandPermits(run, word, position, depthReached);
    }

    /// <summary>In reverse, whoever may do anything on a resource reaches it.</summary>
    private bool ExpandPermits(in SearchRun run, uint word, int position, bool depthReached)
    {
        if ((word & PermitTable.Bit) != 0)
        {
            return true;
        }

        for (var permit = run.Frame.Permits.First((int)word); permit >= 0; permit = run.Frame.Permits.Next(permit))
        {
            var permitWord = (uint)permit | PermitTable.Bit;
            var slot = run.IsPresent ? CareFreeIn(run, permitWord) : -1;
            if (slot >= 0)
            {
                if (!ExpandFrozen(run, run.Frame.Links.InStart, run.Frame.Links.InFrom, slot, position, forward: false, depthReached))
                {
                    return false;
                }

                continue;
            }

            var length = 0;
            CarefulRows.In(run, permitWord, ref _row, ref length);
            for (var i = 0; i < length; i++)
            {
                if (!Reach(run, _row[i], position, forward: false, depthReached))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool Reach(in SearchRun run, uint word, int position, bool forward, bool depthReached)
    {
        var bit = Bit(word);
        if (_seen.Contains(bit))
        {
            return true;
        }

        // A cut-off answer that looks complete is the false confidence this product exists to remove.
        if (depthReached || Count > run.Limits.NodesMax)
        {
            LimitReached = depthReached ? $"more than {run.Limits.DepthMax} links deep" : $"more than {run.Limits.NodesMax} nodes";
            return depthReached;
        }

        Visit(word, position);
        if (forward && (word & PermitTable.Bit) != 0)
        {
            if (StopsAtAccess)
            {
                AccessAt = Count - 1;
                return false;
            }

            var resource = (uint)run.Frame.Permits.Resource((int)(word & ~PermitTable.Bit));
            if (!_seen.Contains(resource))
            {
                Visit(resource, position);
            }
        }

        return true;
    }

    private void Visit(uint word, int before)
    {
        _seen.Set(Bit(word));
        if (Count == _queue.Length)
        {
            Array.Resize(ref _queue, Count * 2);
            Array.Resize(ref _before, Count * 2);
        }

        _queue[Count] = word;
        _before[Count++] = before;
    }
}

/// <summary>What one search asks of which picture.</summary>
internal readonly record struct SearchRun(GraphFrame Frame, long Version, long At, QueryLimits Limits, CancellationToken CancellationToken)
{
    /// <summary>Gets a value indicating whether unmarked rows may be read without care.</summary>
    public bool IsPresent { get; } = Frame.SpeaksFor(At);
}
