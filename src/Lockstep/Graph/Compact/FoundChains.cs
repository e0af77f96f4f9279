using System.Collections;

namespace Lockstep.Graph.Compact;

/// <summary>The chains of one search, kept as positions and written out only when they are read.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class FoundChains : IReadOnlyList<Chain>
{
    private readonly ChainReader _reader;
    private readonly uint[] _queue;
    private readonly int[] _firstChild;
    private readonly uint[] _found;
    private readonly int[]? _firstPermit;

    /// <param name="found">Permits, or against the links the positions of identities in the queue.</param>
    /// <param name="firstPermit">Which node each permit was found at; <see langword="null"/> against the links.</param>
    private FoundChains(ChainReader reader, Search search, ReadOnlySpan<uint> found, ReadOnlySpan<int> firstPermit, bool isForward)
    {
        (_reader, _queue, _firstChild) = (reader, Copied(search.Queue), Copied(search.FirstChild));
        (_found, _firstPermit) = (Copied(found), isForward ? Copied(firstPermit) : null);
    }

    /// <inheritdoc/>
    public int Count => _found.Length;

    /// <inheritdoc/>
    public Chain this[int index] => _reader.Read(Path(index));

    /// <summary>Keeps the chains that end in a permit.</summary>
    public static FoundChains Forward(ChainReader reader, Search search) =>
        new(reader, search, search.Permits, search.FirstPermit, isForward: true);

    /// <summary>Keeps the chains that begin at an identity.</summary>
    public static FoundChains Reverse(ChainReader reader, Search search)
    {
        var found = new List<uint>();
        var queue = search.Queue;
        for (var i = 1; i < queue.Length; i++)
        {
            if (reader.IsIdentity(queue[i]))
            {
                found.Add((uint)i);
            }
        }

        return new(reader, search, [.. found], [], isForward: false);
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

    private static T[] Copied<T>(ReadOnlySpan<T> from)
    {
        var copy = GC.AllocateUninitializedArray<T>(from.Length);
        from.CopyTo(copy);
        return copy;
    }

    private List<uint> Path(int index)
    {
        var path = new List<uint>();
        if (_firstPermit is null)
        {
            Search.AddPathBack(path, _queue, _firstChild, (int)_found[index]);
            return path;
        }

        path.Add(_found[index]);
        Search.AddPathBack(path, _queue, _firstChild, Search.Before(_firstPermit, index));
        path.Reverse();
        return path;
    }
}
