using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>
/// One breadth-first search, along the links or against them. What is visited is a bit a node (it stays in the cache); visited nodes
/// stand in a queue, found access in a list, and beside each node that was expanded where its share of either begins. Shares follow each
/// other, so the node before any other is found by bisection and nothing is written for it.
/// </summary>
/// <remarks>
/// O(links of visited nodes). Rows are read without a branch a link: each word is written behind the queue, and the queue grows by one
/// if the word was new. The next rows are fetched ahead, since a search waits for memory and for nothing else.
/// Clearing costs what the search visited, so an instance is reused (<see cref="Rent"/>).
/// </remarks>
internal sealed partial class Search
{
    private const int Ahead = 8;
    private static readonly ConcurrentBag<Search> Idle = [];
    private BitSet _seen = new(0);
    private BitSet _seenPermits = new(0);
    private long _capacity;
    private long _permitCapacity;
    private uint[] _queue = new uint[1024];
    private int[] _firstChild = new int[1024];
    private int[] _firstPermit = new int[1024];
    private uint[] _permits = new uint[1024];
    private uint[] _row = new uint[256];
    private int _expanded;

    private Search()
    {
    }

    /// <summary>Gets how many nodes were visited, the start included.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how much access was found.</summary>
    public int PermitCount { get; private set; }

    /// <summary>Gets which limit was reached, or <see langword="null"/>.</summary>
    public string? LimitReached { get; private set; }

    /// <summary>Gets the visited nodes in order. The start of a search against the links may be a permit.</summary>
    public ReadOnlySpan<uint> Queue => _queue.AsSpan(0, Count);

    /// <summary>Gets for each node that was expanded where what was visited from it begins in the queue.</summary>
    public ReadOnlySpan<int> FirstChild => _firstChild.AsSpan(0, _expanded);

    /// <summary>Gets the found permits in order, with <see cref="PermitTable.Bit"/>.</summary>
    public ReadOnlySpan<uint> Permits => _permits.AsSpan(0, PermitCount);

    /// <summary>Gets for each node that was expanded where what was found at it begins among the permits.</summary>
    public ReadOnlySpan<int> FirstPermit => _firstPermit.AsSpan(0, _expanded);

    /// <summary>Gets where each level ends in the queue: level 0 is the start.</summary>
    public List<int> LevelEnds { get; } = [];

    public static Search Rent(GraphFrame frame)
    {
        var search = Idle.TryTake(out var idle) ? idle : new Search();

        // Fixed for this search: the tables may grow meanwhile, but no version that we can see names what they grow by.
        if (search._capacity < frame.Nodes.Count)
        {
            search._capacity = frame.Nodes.Count + (frame.Nodes.Count / 8) + 1024;
            search._seen = new BitSet(search._capacity);
        }

        if (search._permitCapacity < frame.Permits.Count)
        {
            search._permitCapacity = frame.Permits.Count + (frame.Permits.Count / 8) + 1024;
            search._seenPermits = new BitSet(search._permitCapacity);
        }

        return search;
    }

    public void Return()
    {
        Clear();
        Idle.Add(this);
    }

    /// <summary>Forgets what was visited, for another start in the same picture.</summary>
    public void Clear()
    {
        // A permit at the start of a search against the links is in neither set.
        _seen.Forget(Count > 0 && (_queue[0] & PermitTable.Bit) != 0 ? Queue[1..] : Queue);
        _seenPermits.Forget(Permits);
        (Count, PermitCount, _expanded, LimitReached) = (0, 0, 0, null);
        LevelEnds.Clear();
    }

    /// <summary>Begins at a node, or against the links at a permit.</summary>
    public void Start(uint word)
    {
        if ((word & PermitTable.Bit) == 0)
        {
            _seen.Set(word);
        }

        _queue[Count++] = word;
        LevelEnds.Add(Count);
    }

    public bool HasSeen(uint node) => _seen.Contains(node);

    /// <summary>Visits one more level; false if there was nothing more, the aim was met, or a limit on nodes was reached.</summary>
    /// <param name="run">What is asked of which picture.</param>
    /// <param name="aim">What to look for.</param>
    /// <param name="depthElsewhere">How many links the other side of a search from both ends has used up.</param>
    public bool Step(in SearchRun run, SearchAim aim, int depthElsewhere = 0)
    {
        var end = LevelEnds[^1];
        var depthReached = LevelEnds.Count + depthElsewhere > run.Limits.DepthMax;
        while (_expanded < end)
        {
            if ((_expanded & 255) == 0)
            {
                run.CancellationToken.ThrowIfCancellationRequested();
            }

            var position = _expanded;
            Reserve(ref _firstChild, position + 1);
            Reserve(ref _firstPermit, position + 1);
            (_firstChild[position], _firstPermit[position]) = (Count, PermitCount);
            _expanded++;
            if (!(aim == SearchAim.Against ? ExpandAgainst(run, position, depthReached) : ExpandAlong(run, aim, position, depthReached)))
            {
                return false;
            }
        }

        if (Count == end)
        {
            return false;
        }

        LevelEnds.Add(Count);
        return true;
    }

    /// <summary>Estimates the work of the next level: the links of the nodes that are not expanded yet.</summary>
    public long NextLinks(in SearchRun run, SearchAim aim)
    {
        var links = run.Frame.Links;
        var starts = aim == SearchAim.Against ? links.InStart : links.OutStart;
        var sum = 0L;
        for (var i = _expanded; i < Count; i++)
        {
            var slot = run.Frame.Overlay.SlotOf(_queue[i]);
            sum += slot < 0 ? 1 : 1 + starts[slot + 1] - starts[slot];
        }

        return sum;
    }

    /// <summary>Gives the position of the node from which another was visited, or -1 for the start.</summary>
    public static int Before(ReadOnlySpan<int> firstOf, int position)
    {
        var (low, high) = (0, firstOf.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = firstOf[middle] <= position ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>Appends the nodes from a position back to the start.</summary>
    public static void AddPathBack(List<uint> path, ReadOnlySpan<uint> queue, ReadOnlySpan<int> firstChild, int position)
    {
        for (; position > 0; position = Before(firstChild, position))
        {
            path.Add(queue[position]);
        }

        path.Add(queue[0]);
    }

    private static void Reserve<T>(ref T[] array, int length)
    {
        if (length > array.Length)
        {
            Array.Resize(ref array, Math.Max(length, array.Length * 2));
        }
    }
}
