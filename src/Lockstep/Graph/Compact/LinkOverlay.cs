using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>A link added after the freeze; a cell of two lists, newest first: those of its source and those of its target.</summary>
internal sealed class AddedLink
{
    private long _removedIn = long.MaxValue;

    public required uint From { get; init; }

    public required uint To { get; init; }

    public required uint Meta { get; init; }

    public required long ValidFrom { get; init; }

    public required long ValidUntil { get; init; }

    public required long AddedIn { get; init; }

    public required AddedLink? NextOfSource { get; init; }

    public required AddedLink? NextOfTarget { get; init; }

    public void RemoveIn(long version) => Volatile.Write(ref _removedIn, version);

    public bool IsIn(long version) => AddedIn <= version && version < Volatile.Read(ref _removedIn);
}

/// <summary>What changed since the freeze, in versions: a reader sees exactly the changes up to the version it began with.</summary>
/// <remarks>
/// INVARIANT (marked-first): a row is marked before the version that changes it is published, and marks are never taken back, so a
/// reader either does not know the version or reads the row with care. Reading with care is always right, only slower.
/// One change costs O(1): two list cells and two marks; a member of a million-member group is no dearer than any other.
/// </remarks>
/// <threadsafety>One writer, any number of readers, no locks.</threadsafety>
internal sealed class LinkOverlay(int baseNodes, int basePermits)
{
    private readonly ConcurrentDictionary<uint, AddedLink> _bySource = new();
    private readonly ConcurrentDictionary<uint, AddedLink> _byTarget = new();
    private readonly ConcurrentDictionary<uint, long> _removed = new();
    private readonly BitSet _carefulOut = new(baseNodes);
    private readonly BitSet _carefulIn = new(baseNodes + (long)basePermits);

    /// <summary>Gets how many changes it holds; the store folds them into a new freeze when they are many.</summary>
    public int Count { get; private set; }

    public bool NeedsCareOut(uint node) => node >= (uint)baseNodes || _carefulOut.Contains(node);

    public bool NeedsCareIn(uint word) => SlotOf(word) is var slot && (slot < 0 || _carefulIn.Contains(slot));

    /// <summary>Finds the row of a node or permit in the frozen links, or -1 if it is younger.</summary>
    public long SlotOf(uint word)
    {
        var number = word & ~PermitTable.Bit;
        return (word & PermitTable.Bit) == 0
            ? number < (uint)baseNodes ? number : -1
            : number < (uint)basePermits ? baseNodes + (long)number : -1;
    }

    public void Mark(uint from, uint to)
    {
        MarkOut(from);
        if (SlotOf(to) is >= 0 and var slot)
        {
            _carefulIn.SetShared(slot);
        }
    }

    public void MarkOut(uint from)
    {
        if (from < (uint)baseNodes)
        {
            _carefulOut.SetShared(from);
        }
    }

    public void MarkIn(uint word)
    {
        if (SlotOf(word) is >= 0 and var slot)
        {
            _carefulIn.SetShared(slot);
        }
    }

    public void Add(uint from, uint to, uint meta, long validFrom, long validUntil, long version)
    {
        Mark(from, to);
        var added = new AddedLink
        {
            From = from,
            To = to,
            Meta = meta,
            ValidFrom = validFrom,
            ValidUntil = validUntil,
            AddedIn = version,
            NextOfSource = _bySource.GetValueOrDefault(from),
            NextOfTarget = _byTarget.GetValueOrDefault(to),
        };
        _bySource[from] = added;
        _byTarget[to] = added;
        Count++;
    }

    public void RemoveFrozen(uint link, uint from, uint to, long version)
    {
        Mark(from, to);
        _removed.TryAdd(link, version);
        Count++;
    }

    public void RemoveAdded(AddedLink link, long version)
    {
        link.RemoveIn(version);
        Count++;
    }

    public bool IsRemoved(uint link, long version) => !_removed.IsEmpty && _removed.TryGetValue(link, out var since) && since <= version;

    public AddedLink? OfSource(uint node) => _bySource.GetValueOrDefault(node);

    public AddedLink? OfTarget(uint word) => _byTarget.GetValueOrDefault(word);

    /// <summary>Streams every link that was added and is in the version.</summary>
    public IEnumerable<AddedLink> All(long version)
    {
        foreach (var (_, first) in _bySource)
        {
            for (var link = first; link is not null; link = link.NextOfSource)
            {
                if (link.IsIn(version))
                {
                    yield return link;
                }
            }
        }
    }
}
