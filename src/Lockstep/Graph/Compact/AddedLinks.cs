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

/// <summary>The newest added link of each source, or of each target: a flat hash table of numbers, since a change must cost little.</summary>
/// <remarks>INVARIANT (entry-first): a key is written before the cell that makes its slot taken; a larger table is filled before it is shown.</remarks>
/// <threadsafety>One writer, any number of readers, no locks.</threadsafety>
internal sealed class AddedLinks
{
    private Slots _slots = new(16);
    private int _count;

    /// <summary>Finds the newest, or <see langword="null"/>.</summary>
    public AddedLink? Find(uint key)
    {
        var slots = Volatile.Read(ref _slots);
        return Volatile.Read(ref slots.Newest[slots.SlotOf(key)]);
    }

    /// <summary>Puts a link before the others of its key.</summary>
    public void Put(uint key, AddedLink newest)
    {
        var slot = _slots.SlotOf(key);
        if (_slots.Newest[slot] is not null)
        {
            Volatile.Write(ref _slots.Newest[slot], newest);
            return;
        }

        _slots.Keys[slot] = key;
        Volatile.Write(ref _slots.Newest[slot], newest);
        if (++_count * 2 > _slots.Keys.Length)
        {
            Volatile.Write(ref _slots, _slots.Doubled());
        }
    }

    /// <summary>Lists the keys, in no order. What is put meanwhile may be missing.</summary>
    public IEnumerable<uint> Keys()
    {
        var slots = Volatile.Read(ref _slots);
        for (var slot = 0; slot < slots.Keys.Length; slot++)
        {
            if (Volatile.Read(ref slots.Newest[slot]) is not null)
            {
                yield return slots.Keys[slot];
            }
        }
    }

    private sealed class Slots(int length)
    {
        public uint[] Keys { get; } = new uint[length];

        public AddedLink?[] Newest { get; } = new AddedLink?[length];

        public int SlotOf(uint key)
        {
            var mask = Keys.Length - 1;
            for (var slot = (int)(unchecked(key * 0x9E3779B1u) >> 7) & mask; ; slot = (slot + 1) & mask)
            {
                if (Volatile.Read(ref Newest[slot]) is null || Keys[slot] == key)
                {
                    return slot;
                }
            }
        }

        public Slots Doubled()
        {
            var doubled = new Slots(Keys.Length * 2);
            for (var old = 0; old < Keys.Length; old++)
            {
                if (Newest[old] is { } newest)
                {
                    var slot = doubled.SlotOf(Keys[old]);
                    (doubled.Keys[slot], doubled.Newest[slot]) = (Keys[old], newest);
                }
            }

            return doubled;
        }
    }
}
