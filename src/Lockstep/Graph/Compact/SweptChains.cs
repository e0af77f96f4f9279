using System.Collections;

namespace Lockstep.Graph.Compact;

/// <summary>One chain for each of many starts: the paths one behind the other, written out when they are read.</summary>
/// <threadsafety>For one thread while it is filled, immutable afterwards.</threadsafety>
internal sealed class SweptChains(ChainReader reader) : IReadOnlyList<Chain>
{
    private readonly List<uint> _paths = [];
    private readonly List<int> _ends = [];

    /// <inheritdoc/>
    public int Count => _ends.Count;

    /// <inheritdoc/>
    public Chain this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return reader.Read(_paths.GetRange(start, _ends[index] - start));
        }
    }

    /// <summary>Keeps a path of nodes that ends in a permit.</summary>
    public void Keep(ReadOnlySpan<uint> path)
    {
        _paths.AddRange(path);
        _ends.Add(_paths.Count);
    }

    /// <summary>Keeps the path to the access that ended a search, if one did.</summary>
    public void KeepFound(Search search)
    {
        if (search.PermitCount == 0)
        {
            return;
        }

        var start = _paths.Count;
        _paths.Add(search.Permits[0]);
        Search.AddPathBack(_paths, search.Queue, search.FirstChild, Search.Before(search.FirstPermit, 0));
        _paths.Reverse(start, _paths.Count - start);
        _ends.Add(_paths.Count);
    }

    /// <summary>Keeps what another part of the sweep kept.</summary>
    public void KeepAll(SweptChains other)
    {
        var start = _paths.Count;
        _paths.AddRange(other._paths);
        _ends.AddRange(other._ends.Select(end => start + end));
    }

    /// <inheritdoc/>
    public IEnumerator<Chain> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
