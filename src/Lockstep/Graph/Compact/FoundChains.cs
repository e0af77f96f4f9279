using System.Collections;

namespace Lockstep.Graph.Compact;

/// <summary>The chains of one search, kept as positions and written out only when they are read.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class FoundChains : IReadOnlyList<Chain>
{
    private readonly ChainReader _reader;
    private readonly uint[] _queue;
    private readonly int[] _before;
    private readonly int[] _found;
    private readonly bool _forward;

    private FoundChains(ChainReader reader, Search search, List<int> found, bool forward) =>
        (_reader, _queue, _before, _found, _forward) = (reader, search.Queue.ToArray(), search.Before.ToArray(), [.. found], forward);

    /// <inheritdoc/>
    public int Count => _found.Length;

    /// <inheritdoc/>
    public Chain this[int index] => _reader.Read(Path(_found[index]));

    /// <summary>Keeps the chains that end in a permit.</summary>
    public static FoundChains Forward(ChainReader reader, Search search)
    {
        var found = new List<int>();
        var queue = search.Queue;
        for (var i = 1; i < queue.Length; i++)
        {
            if ((queue[i] & PermitTable.Bit) != 0)
            {
                found.Add(i);
            }
        }

        return new(reader, search, found, forward: true);
    }

    /// <summary>Keeps the chains that begin at an identity.</summary>
    public static FoundChains Reverse(ChainReader reader, Search search)
    {
        var found = new List<int>();
        var queue = search.Queue;
        for (var i = 1; i < queue.Length; i++)
        {
            if ((queue[i] & PermitTable.Bit) == 0 && reader.IsIdentity(queue[i]))
            {
                found.Add(i);
            }
        }

        return new(reader, search, found, forward: false);
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

    private List<uint> Path(int position)
    {
        var path = new List<uint>();
        for (; position >= 0; position = _before[position])
        {
            path.Add(_queue[position]);
        }

        if (_forward)
        {
            path.Reverse();
        }

        return path;
    }
}
