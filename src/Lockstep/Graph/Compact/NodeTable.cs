using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Lockstep.Graph.Compact;

/// <summary>
/// Gives each written node id a number from 0 up. Text is kept once, as UTF-8 in one arena; the hash table holds only numbers.
/// About 20 bytes and the text per node.
/// </summary>
/// <remarks>
/// Own hashing, because the framework's hash of a 64-bit key is the exclusive or of its halves, which collapses on local numbers.
/// INVARIANT (entry-first): text and end of a name are written before the slot that leads to it; larger arrays are filled before they
/// are shown, and the smaller ones stay as they are for whoever still holds them.
/// </remarks>
/// <threadsafety>One writer beside any number of readers; readers take no lock.</threadsafety>
internal sealed class NodeTable
{
    private const int LengthMax = 2048;
    private const int BlockBits = 12;
    private readonly Lock _lock = new();
    private NodeId?[]?[] _ids = [];
    private Arrays _arrays;
    private long _textLength;

    /// <summary>Makes an empty table with room for <paramref name="capacity"/> nodes.</summary>
    public NodeTable(int capacity)
    {
        var room = Math.Max(capacity, 16);
        _arrays = new(new(room * 32L, cleared: false), new(room, cleared: false), NewSlots(room), new bool[room]);
    }

    /// <summary>Makes a table of what <see cref="Parts"/> gave. What is inconsistent is refused.</summary>
    /// <exception cref="InvalidDataException">The parts do not fit each other.</exception>
    public NodeTable(NativeBuffer<byte> text, NativeBuffer<uint> ends, NativeBuffer<int> slots)
    {
        _arrays = new(text, ends, slots, new bool[ends.Length]);
        (_textLength, Count) = (text.Length, (int)ends.Length);
        var used = 0L;
        for (var slot = 0L; slot < slots.Length; slot++)
        {
            used += slots[slot] == 0 ? 0 : (uint)slots[slot] <= (uint)Count ? 1 : throw Inconsistent();
        }

        if (used != Count || used >= slots.Length || !System.Numerics.BitOperations.IsPow2(slots.Length)
            || (Count == 0 ? 0 : ends[Count - 1L]) != _textLength)
        {
            throw Inconsistent();
        }

        for (var (node, start) = (0, 0u); node < Count; start = ends[node++])
        {
            if (ends[node] < start || ends[node] - start > LengthMax)
            {
                throw Inconsistent();
            }

            _arrays.IsIdentity[node] = SaysIdentity(_arrays.Utf8(node));
        }
    }

    /// <summary>Gets the text and its length, the end of each name in it, and the hash slots. For the writer.</summary>
    public (NativeBuffer<byte> Text, long TextLength, NativeBuffer<uint> Ends, NativeBuffer<int> Slots) Parts =>
        (_arrays.Text, _textLength, _arrays.Ends, _arrays.Slots);

    /// <summary>Gets how many nodes there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the memory taken, in bytes.</summary>
    public long Bytes => _arrays.Text.Bytes + _arrays.Ends.Bytes + _arrays.Slots.Bytes + _arrays.IsIdentity.LongLength;

    /// <summary>Finds a number, or -1.</summary>
    [SkipLocalsInit]
    public int Find(NodeId id)
    {
        Span<byte> buffer = stackalloc byte[LengthMax];
        return Volatile.Read(ref _arrays).Find(Written(id, buffer));
    }

    /// <summary>Finds or adds. One writer at a time.</summary>
    [SkipLocalsInit]
    public int Intern(NodeId id)
    {
        Span<byte> buffer = stackalloc byte[LengthMax];
        return Intern(Written(id, buffer));
    }

    /// <summary>Finds or adds. One writer at a time.</summary>
    public int Intern(ReadOnlySpan<byte> utf8)
    {
        var slot = _arrays.SlotOf(utf8);
        if (_arrays.Slots[slot] != 0)
        {
            return _arrays.Slots[slot] - 1;
        }

        if (Count * 2L + 2 > _arrays.Slots.Length || Count == _arrays.Ends.Length || _textLength + utf8.Length > _arrays.Text.Length)
        {
            Volatile.Write(ref _arrays, Larger(utf8.Length));
            slot = _arrays.SlotOf(utf8);
        }

        utf8.CopyTo(_arrays.Text.Slice(_textLength, utf8.Length));
        _textLength += utf8.Length;
        _arrays.Ends[Count] = (uint)_textLength;
        _arrays.IsIdentity[Count] = SaysIdentity(utf8);
        Count++;
        Volatile.Write(ref _arrays.Slots[slot], Count);
        return Count - 1;
    }

    /// <summary>Gets the id of a node.</summary>
    [SkipLocalsInit]
    public NodeId Id(int node)
    {
        Span<char> letters = stackalloc char[LengthMax];
        return NodeId.OfWritten(letters[..Encoding.UTF8.GetChars(Volatile.Read(ref _arrays).Utf8(node), letters)]);
    }

    /// <summary>Asks the processor to fetch the texts of some nodes, all at once instead of one after the other.</summary>
    public void FetchAhead(ReadOnlySpan<int> nodes)
    {
        var arrays = Volatile.Read(ref _arrays);
        foreach (var node in nodes)
        {
            arrays.Ends.Prefetch(node);
        }

        foreach (var node in nodes)
        {
            arrays.Text.Prefetch(node == 0 ? 0 : arrays.Ends[node - 1L]);
        }
    }

    /// <summary>Gets the id of a node that is asked for again and again, such as a group: written out once and kept.</summary>
    /// <remarks>8 bytes for each of the 4,096 nodes of a block once one of them was asked for, and the ids themselves.</remarks>
    public NodeId SharedId(int node)
    {
        var (block, place) = (node >> BlockBits, node & ((1 << BlockBits) - 1));
        var blocks = _ids;
        if (block >= blocks.Length)
        {
            lock (_lock)
            {
                Array.Resize(ref _ids, Math.Max(block + 1, (Count >> BlockBits) + 1));
                blocks = _ids;
            }
        }

        // Two threads may write the same id out; either is as good.
        var ids = Volatile.Read(ref blocks[block]);
        if (ids is null)
        {
            var made = new NodeId?[1 << BlockBits];
            ids = Interlocked.CompareExchange(ref blocks[block], made, null) ?? made;
        }

        return ids[place] ??= Id(node);
    }

    /// <summary>Says whether a node is an identity.</summary>
    public bool IsIdentity(int node) => Volatile.Read(ref _arrays).IsIdentity[node];

    private static ReadOnlySpan<byte> Written(NodeId id, Span<byte> buffer)
    {
        var length = Encoding.UTF8.GetBytes(id.SystemName, buffer);
        buffer[length++] = (byte)'/';
        length += Encoding.UTF8.GetBytes(id.Kind, buffer[length..]);
        buffer[length++] = (byte)'/';
        return buffer[..(length + Encoding.UTF8.GetBytes(id.Key, buffer[length..]))];
    }

    private static InvalidDataException Inconsistent() => new("the table of names is inconsistent");

    private static NativeBuffer<int> NewSlots(int capacity) =>
        new(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(capacity, 1 << 29) * 3));

    private static bool SaysIdentity(ReadOnlySpan<byte> utf8) => utf8[(utf8.IndexOf((byte)'/') + 1)..].StartsWith("identity/"u8);

    private Arrays Larger(int textNeeded)
    {
        var text = _arrays.Text;
        if (_textLength + textNeeded > text.Length)
        {
            text = text.Grown(Math.Min(int.MaxValue, Math.Max(text.Length * 2, _textLength + textNeeded)));
        }

        var (ends, isIdentity) = (_arrays.Ends, _arrays.IsIdentity);
        if (Count == ends.Length)
        {
            ends = ends.Grown(Math.Max(16, Count * 2L));
            Array.Resize(ref isIdentity, (int)ends.Length);
        }

        if (Count * 2L + 2 <= _arrays.Slots.Length)
        {
            return new(text, ends, _arrays.Slots, isIdentity);
        }

        var larger = new Arrays(text, ends, NewSlots(Math.Max(16, Count * 2)), isIdentity);
        for (var node = 0; node < Count; node++)
        {
            larger.Slots[larger.SlotOf(larger.Utf8(node))] = node + 1;
        }

        return larger;
    }

    private sealed class Arrays(NativeBuffer<byte> text, NativeBuffer<uint> ends, NativeBuffer<int> slots, bool[] isIdentity)
    {
        public NativeBuffer<byte> Text => text;

        public NativeBuffer<uint> Ends => ends;

        public NativeBuffer<int> Slots => slots;

        public bool[] IsIdentity => isIdentity;

        public int Find(ReadOnlySpan<byte> utf8) => Volatile.Read(ref slots[SlotOf(utf8)]) - 1;

        public ReadOnlySpan<byte> Utf8(int node)
        {
            var start = node == 0 ? 0 : ends[node - 1L];
            return text.Slice(start, (int)(ends[node] - start));
        }

        public long SlotOf(ReadOnlySpan<byte> utf8)
        {
            var mask = slots.Length - 1;
            for (var slot = Hash(utf8) & mask; ; slot = (slot + 1) & mask)
            {
                var node = Volatile.Read(ref slots[slot]) - 1;
                if (node < 0 || Utf8(node).SequenceEqual(utf8))
                {
                    return slot;
                }
            }
        }

        private static long Hash(ReadOnlySpan<byte> utf8)
        {
            unchecked
            {
                var hash = 0x9E3779B97F4A7C15UL ^ (ulong)utf8.Length;
                while (utf8.Length >= 8)
                {
                    hash = Mix(hash ^ MemoryMarshal.Read<ulong>(utf8));
                    utf8 = utf8[8..];
                }

                foreach (var b in utf8)
                {
                    hash = (hash ^ b) * 0x100000001B3UL;
                }

                return (uint)Mix(hash);
            }
        }

        private static ulong Mix(ulong x)
        {
            unchecked
            {
                x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93UL;
                return x ^ (x >> 29);
            }
        }
    }
}
