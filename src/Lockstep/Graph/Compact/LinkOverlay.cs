using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>What changed since the freeze, in versions: a reader sees exactly the changes up to the version it began with.</summary>
/// <remarks>
/// INVARIANT (marked-first): a row is marked before the version that changes it is published, and marks are never taken back, so a
/// reader either does not know the version or reads the row with care. Reading with care is always right, only slower.
/// One change costs O(1): two list cells and two marks; a member of a million-member group is no dearer than any other.
/// </remarks>
/// <threadsafety>One writer, any number of readers, no locks.</threadsafety>
internal sealed class LinkOverlay(int baseNodes, int basePermits, PermitTable permits)
{
    private readonly AddedLinks _bySource = new();
    private readonly AddedLinks _byTarget = new();
    private readonly ConcurrentDictionary<uint, long> _removed = new();
    private readonly ConcurrentDictionary<uint, bool> _restated = new();
    private readonly BitSet _carefulOut = new(baseNodes);
    private readonly BitSet _carefulIn = new(baseNodes + (long)basePermits);
    private readonly BitSet _leadsOn = new(basePermits);
    private bool _anyLeadsOn;

    // Asked for every link that is read with care: an empty concurrent dictionary takes all its locks to say that it is empty.
    private bool _anyRemoved;

    /// <summary>Gets how many changes it holds; the store folds them into a new freeze when they are many.</summary>
    public int Count { get; private set; }

    /// <summary>Gets a value indicating whether <see cref="LeadsOn"/> may say yes.</summary>
    public bool AnyLeadsOn => Volatile.Read(ref _anyLeadsOn);

    /// <summary>Gets the sources of links that were added, in no order.</summary>
    public IEnumerable<uint> AddedSources => _bySource.Keys();

    /// <summary>Gets the frozen nodes whose rows must be read with care, ascending.</summary>
    public IEnumerable<long> CarefulSources => _carefulOut.Members();

    public bool NeedsCareOut(uint node) => node >= (uint)baseNodes || _carefulOut.Contains(node);

    public bool NeedsCareIn(uint word) => SlotOf(word) is var slot && (slot < 0 || _carefulIn.Contains(slot));

    /// <summary>Says whether a link leaves the resource of a frozen permit that was a leaf.</summary>
    public bool LeadsOn(uint permit) => _leadsOn.Contains(permit);

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
        MarkIn(to);
    }

    public void MarkOut(uint from)
    {
        if (from < (uint)baseNodes)
        {
            _carefulOut.SetShared(from);
        }
    }

    /// <summary>Marks a node or permit; with a permit also its resource, whose permits a search in reverse then looks for.</summary>
    public void MarkIn(uint word)
    {
        if (SlotOf(word) is >= 0 and var slot)
        {
            _carefulIn.SetShared(slot);
        }

        if ((word & PermitTable.Bit) != 0 && permits.Resource((int)(word & ~PermitTable.Bit)) is var resource && resource < baseNodes)
        {
            _carefulIn.SetShared(resource);
        }
    }

    public void Add(uint from, uint to, uint meta, long validFrom, long validUntil, long version)
    {
        Mark(from, to);
        for (var permit = permits.First((int)from); permit >= 0; permit = permits.Next(permit))
        {
            if (permit < basePermits)
            {
                _leadsOn.SetShared(permit);
                Volatile.Write(ref _anyLeadsOn, true);
            }
        }

        var added = new AddedLink
        {
            From = from,
            To = to,
            Meta = meta,
            ValidFrom = validFrom,
            ValidUntil = validUntil,
            AddedIn = version,
            NextOfSource = _bySource.Find(from),
            NextOfTarget = _byTarget.Find(to),
        };
        _bySource.Put(from, added);
        _byTarget.Put(to, added);
        Count++;
    }

    public void RemoveFrozen(uint link, uint from, uint to, long version)
    {
        Mark(from, to);
        _removed.TryAdd(link, version);
        Volatile.Write(ref _anyRemoved, true);
        Count++;
    }

    public void RemoveAdded(AddedLink link, long version)
    {
        link.RemoveIn(version);
        Count++;
    }

    public bool IsRemoved(uint link, long version) => Volatile.Read(ref _anyRemoved) && _removed.TryGetValue(link, out var since) && since <= version;

    /// <summary>Remembers that a node's state was set after the freeze.</summary>
    public void Restate(uint node) => _restated[node] = true;

    /// <summary>Gets the nodes whose state was set after the freeze, by any version.</summary>
    public ICollection<uint> Restated => _restated.Keys;

    public AddedLink? OfSource(uint node) => _bySource.Find(node);

    public AddedLink? OfTarget(uint word) => _byTarget.Find(word);

    /// <summary>Streams every link that was added and is in the version.</summary>
    public IEnumerable<AddedLink> All(long version)
    {
        foreach (var source in _bySource.Keys())
        {
            for (var link = _bySource.Find(source); link is not null; link = link.NextOfSource)
            {
                if (link.IsIn(version))
                {
                    yield return link;
                }
            }
        }
    }
}
