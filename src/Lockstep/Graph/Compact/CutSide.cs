namespace Lockstep.Graph.Compact;

/// <summary>One side of a cut: what is reached from a start, or what reaches some targets, level by level.</summary>
/// <remarks>A permit and its resource are one link away together. What is visited has its place in <see cref="Queue"/>, plus one.</remarks>
/// <param name="rows">The rows to follow.</param>
/// <param name="forward">Along the links, or against them.</param>
/// <param name="withLeaves">False to leave out access that leads nowhere: along the links that is four of five links.</param>
/// <param name="within">Only what has a number in it is visited.</param>
/// <param name="without">Links that are not followed.</param>
/// <threadsafety>For one thread.</threadsafety>
internal sealed class CutSide(FlowRows rows, bool forward, bool withLeaves, SparseNumbers? within, WithoutLinks? without) : IDisposable
{
    private readonly SparseNumbers _places = SparseNumbers.Rent(rows.Length);
    private uint[] _queue = new uint[256];
    private int _levelStart;
    private int _depth;

    public SparseNumbers Places => _places;

    public ReadOnlySpan<uint> Queue => _queue.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>Gets how many words the next level comes from; 0 when there is none.</summary>
    public int Frontier => Count - _levelStart;

    /// <summary>Gets a value indicating whether there may be more to visit.</summary>
    public bool IsOpen => Frontier > 0 && Limit is null;

    /// <summary>Gets a value indicating whether everything on this side was visited.</summary>
    public bool IsDone => Frontier == 0 && Limit is null;

    /// <summary>Gets which limit was reached, or <see langword="null"/>.</summary>
    public string? Limit { get; private set; }

    public bool Has(uint word) => _places[rows.PlaceOf(word)] > 0;

    /// <summary>Gives the places back; nobody may ask for them any more.</summary>
    public void Dispose()
    {
        foreach (var word in Queue)
        {
            _places[rows.PlaceOf(word)] = 0;
        }

        Count = 0;
        _places.Return();
    }

    /// <summary>Visits a word without following a link to it.</summary>
    public void Start(uint word) => Visit(word);

    /// <summary>Follows all links of the last level.</summary>
    public void Step()
    {
        var (start, end) = (_levelStart, Count);
        _levelStart = end;
        _depth++;
        for (var i = start; i < end && Limit is null; i++)
        {
            if ((i & 1023) == 0)
            {
                rows.Run.CancellationToken.ThrowIfCancellationRequested();
            }

            if (!forward || (_queue[i] & PermitTable.Bit) == 0)
            {
                Follow(_queue[i]);
            }
        }
    }

    private void Follow(uint word)
    {
        var isCutHere = without?.IsAt(word, forward) == true;
        foreach (var next in !forward ? rows.In(word) : withLeaves ? rows.Out(word) : rows.Ways(word))
        {
            if ((next & CompactLinks.Idle) != 0 || Limit is not null)
            {
                break;
            }

            if (!isCutHere || !without!.Contains(forward ? (word, next) : (next, word)))
            {
                Reach(next);
            }
        }
    }

    private void Reach(uint word)
    {
        var place = rows.PlaceOf(word);
        if (_places[place] > 0 || (within is not null && within[place] == 0))
        {
            return;
        }

        // A cut of less than everything that looks complete would leave access that nobody sees.
        var limits = rows.Run.Limits;
        Limit ??= _depth > limits.DepthMax ? $"more than {limits.DepthMax} links deep"
            : Count > limits.NodesMax ? $"more than {limits.NodesMax} nodes" : null;
        if (Limit is null)
        {
            Visit(word);
        }
    }

    private void Visit(uint word)
    {
        Append(word);
        var permits = rows.Run.Frame.Permits;
        if (forward && (word & PermitTable.Bit) != 0)
        {
            AppendNew((uint)permits.Resource((int)(word & ~PermitTable.Bit)));
        }
        else if (!forward && (word & PermitTable.Bit) == 0)
        {
            for (var permit = permits.First((int)word); permit >= 0; permit = permits.Next(permit))
            {
                if (rows.PlaceOf((uint)permit | PermitTable.Bit) < rows.Length)
                {
                    AppendNew((uint)permit | PermitTable.Bit);
                }
            }
        }
    }

    private void AppendNew(uint word)
    {
        var place = rows.PlaceOf(word);
        if (_places[place] == 0 && (within is null || within[place] > 0))
        {
            Append(word);
        }
    }

    private void Append(uint word)
    {
        if (Count == _queue.Length)
        {
            Array.Resize(ref _queue, Count * 2);
        }

        _queue[Count++] = word;
        _places[rows.PlaceOf(word)] = Count;
    }
}

/// <summary>Links that a search is to leave out: all between two words, whoever says so.</summary>
internal sealed class WithoutLinks(IEnumerable<PlacedLink> links)
{
    private readonly HashSet<(uint From, uint To)> _pairs = [.. links.Select(l => (l.From, l.To))];
    private readonly HashSet<uint> _from = [.. links.Select(l => l.From)];
    private readonly HashSet<uint> _to = [.. links.Select(l => l.To)];

    public bool IsAt(uint word, bool forward) => (forward ? _from : _to).Contains(word);

    public bool Contains((uint From, uint To) pair) => _pairs.Contains(pair);
}
