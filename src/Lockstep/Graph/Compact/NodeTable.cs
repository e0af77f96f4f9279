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
/// </remarks>
/// <threadsafety>One writer beside any number of readers; a query takes the lock only for its ends, never while it searches.</threadsafety>
internal sealed class NodeTable
{
    private const int BlockBits = 12;
    private readonly Lock _lock = new();
    private NodeId?[]?[] _ids = [];
    private byte[] _text;
    private long[] _ends;
    private int[] _slots;
    private long _textLength;
    private bool[] _isIdentity;

    /// <summary>Makes an empty table with room for <paramref name="capacity"/> nodes.</summary>
    public NodeTable(int capacity)
    {
        _text = new byte[Math.Max(capacity, 16) * 32L];
        _ends = new long[Math.Max(capacity, 16)];
        _slots = NewSlots(Math.Max(capacity, 16));
        _isIdentity = new bool[Math.Max(capacity, 16)];
    }

    /// <summary>Makes a table of what <see cref="Parts"/> gave. What is inconsistent is refused.</summary>
    /// <exception cref="InvalidDataException">The parts do not fit each other.</exception>
    public NodeTable(byte[] text, long[] ends, int[] slots)
    {
        (_text, _ends, _slots, _textLength, Count) = (text, ends, slots, text.LongLength, ends.Length);
        var used = slots.Count(slot => slot != 0);
        if (used != Count || used >= slots.Length || !System.Numerics.BitOperations.IsPow2(slots.Length)
            || slots.Any(slot => (uint)slot > (uint)used) || (Count == 0 ? 0 : ends[^1]) != _textLength)
        {
            throw new InvalidDataException("the table of names is inconsistent");
        }

        _isIdentity = new bool[Count];
        for (var (node, start) = (0, 0L); node < Count; start = _ends[node++])
        {
            if (_ends[node] < start || _ends[node] - start > 2048)
            {
                throw new InvalidDataException($"the name of node {node} is inconsistent");
            }

            _isIdentity[node] = SaysIdentity(Utf8(node));
        }
    }

    /// <summary>Gets the text, the end of each name in it, and the hash slots. For the writer.</summary>
    public (ReadOnlyMemory<byte> Text, ReadOnlyMemory<long> Ends, ReadOnlyMemory<int> Slots) Parts =>
        (_text.AsMemory(0, (int)_textLength), _ends.AsMemory(0, Count), _slots);

    /// <summary>Gets how many nodes there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the memory taken, in bytes.</summary>
    public long Bytes => _text.LongLength + (_ends.LongLength * 9) + (_slots.LongLength * 4);

    /// <summary>Finds a number, or -1.</summary>
    public int Find(string text)
    {
        Span<byte> buffer = stackalloc byte[2048];
        var utf8 = buffer[..Encoding.UTF8.GetBytes(text, buffer)];
        lock (_lock)
        {
            return _slots[SlotOf(utf8)] - 1;
        }
    }

    /// <summary>Finds or adds.</summary>
    public int Intern(string text)
    {
        Span<byte> buffer = stackalloc byte[2048];
        return Intern(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
    }

    /// <summary>Finds or adds. One writer at a time.</summary>
    public int Intern(ReadOnlySpan<byte> utf8)
    {
        var slot = SlotOf(utf8);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        lock (_lock)
        {
            Append(utf8);
            _slots[slot] = Count;
            if (Count * 2L > _slots.Length)
            {
                Rehash(Count * 2);
            }

            return Count - 1;
        }
    }

    /// <summary>Gets the written id of a node.</summary>
    public string Text(int node)
    {
        lock (_lock)
        {
            return Encoding.UTF8.GetString(Utf8(node));
        }
    }

    /// <summary>Gets the id of a node.</summary>
    public NodeId Id(int node) => NodeId.Parse(Text(node));

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
    public bool IsIdentity(int node) => Volatile.Read(ref _isIdentity)[node];

    internal ReadOnlySpan<byte> Utf8(int node)
    {
        var start = node == 0 ? 0 : _ends[node - 1];
        return _text.AsSpan(checked((int)start), (int)(_ends[node] - start));
    }

    private static int[] NewSlots(int capacity) => new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 3)];

    private static bool SaysIdentity(ReadOnlySpan<byte> utf8) => utf8[(utf8.IndexOf((byte)'/') + 1)..].StartsWith("identity/"u8);

    private void Append(ReadOnlySpan<byte> utf8)
    {
        if (_textLength + utf8.Length > _text.Length)
        {
            Array.Resize(ref _text, checked((int)Math.Min(Array.MaxLength, Math.Max(_text.Length * 2L, _textLength + utf8.Length))));
        }

        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Math.Max(16, Count * 2));
            Array.Resize(ref _isIdentity, Math.Max(16, Count * 2));
        }

        utf8.CopyTo(_text.AsSpan((int)_textLength));
        _textLength += utf8.Length;
        _ends[Count] = _textLength;
        _isIdentity[Count] = SaysIdentity(utf8);
        Count++;
    }

    private void Rehash(int capacity)
    {
        _slots = NewSlots(capacity);
        for (var node = 0; node < Count; node++)
        {
            _slots[SlotOf(Utf8(node))] = node + 1;
        }
    }

    private int SlotOf(ReadOnlySpan<byte> utf8)
    {
        var mask = _slots.Length - 1;
        var slot = (int)(Hash(utf8) & (uint)mask);
        while (_slots[slot] != 0 && !Utf8(_slots[slot] - 1).SequenceEqual(utf8))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Hash(ReadOnlySpan<byte> utf8)
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
