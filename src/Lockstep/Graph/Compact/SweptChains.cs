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

    /// <summary>Keeps the path to the access that ended a search, if one did.</summary>
    public void Keep(Search search)
    {
        if (search.AccessAt < 0)
        {
            return;
        }

        var start = _paths.Count;
        for (var position = search.AccessAt; position >= 0; position = search.Before[position])
        {
            _paths.Add(search.Queue[position]);
        }

        _paths.Reverse(start, _paths.Count - start);
        _ends.Add(_paths.Count);
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
