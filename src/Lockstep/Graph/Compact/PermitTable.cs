using System.Collections.Concurrent;
using System.Numerics;

namespace Lockstep.Graph.Compact;

/// <summary>
/// Gives each target of access, a resource with an action, a number of its own. A permit is where a search for access ends; it stands
/// in link rows with <see cref="Bit"/> set, and who reaches it reaches its resource with the same link.
/// </summary>
/// <remarks>
/// About 30 bytes a permit and 4 a node, in flat arrays: a search in reverse asks for the permits of every node that it visits.
/// INVARIANT (entry-first): a permit is written, and a larger array filled, before the number that leads to it is.
/// </remarks>
/// <threadsafety>Any number of readers beside one writer; readers take no lock.</threadsafety>
internal sealed class PermitTable
{
    /// <summary>Marks a permit among the nodes of a row.</summary>
    public const uint Bit = 1u << 30;

    private readonly ConcurrentDictionary<string, int> _actions = new(StringComparer.Ordinal);
    private string[] _actionNames = new string[16];
    private Permit[] _permits = new Permit[16];
    private int[] _firstOfResource = new int[16];
    private int[] _slots = new int[64];

    /// <summary>Gets how many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the words of all actions, by their numbers.</summary>
    public ReadOnlySpan<string> Actions => _actionNames.AsSpan(0, _actions.Count);

    /// <summary>Gets the resource of a permit.</summary>
    public int Resource(int permit) => Volatile.Read(ref _permits)[permit].Resource;

    /// <summary>Gets the action of a permit.</summary>
    public string Action(int permit) => Volatile.Read(ref _actionNames)[ActionNumber(permit)];

    /// <summary>Gets the number of a permit's action.</summary>
    public int ActionNumber(int permit) => Volatile.Read(ref _permits)[permit].Action;

    /// <summary>Finds a permit, or -1.</summary>
    public int Find(int resource, string action)
    {
        if (!_actions.TryGetValue(action, out var name))
        {
            return -1;
        }

        var slots = Volatile.Read(ref _slots);
        return Volatile.Read(ref slots[SlotOf(slots, resource, name)]) - 1;
    }

    /// <summary>Finds or adds. One writer at a time.</summary>
    public int Intern(int resource, string action) => Intern(resource, InternAction(action));

    /// <summary>Finds or adds, by the number of a known action. One writer at a time.</summary>
    public int Intern(int resource, int action)
    {
        var slot = SlotOf(_slots, resource, action);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        Grow(ref _permits, Count);
        Grow(ref _firstOfResource, resource);
        _permits[Count] = new Permit(resource, action, _firstOfResource[resource] - 1);
        Volatile.Write(ref _firstOfResource[resource], Count + 1);
        Volatile.Write(ref _slots[slot], Count + 1);
        Count++;
        if (Count * 2L > _slots.Length)
        {
            Rehash();
        }

        return Count - 1;
    }

    /// <summary>Finds or adds the number of an action.</summary>
    public int InternAction(string action)
    {
        if (!_actions.TryGetValue(action, out var number))
        {
            number = _actions.Count;
            Grow(ref _actionNames, number);
            _actionNames[number] = action;
            _actions[action] = number;
        }

        return number;
    }

    /// <summary>Finds a permit of a resource, or -1; <see cref="Next"/> leads to the others.</summary>
    public int First(int resource)
    {
        var first = Volatile.Read(ref _firstOfResource);
        return (uint)resource < (uint)first.Length ? Volatile.Read(ref first[resource]) - 1 : -1;
    }

    /// <summary>Finds the next permit of the same resource, or -1.</summary>
    public int Next(int permit) => Volatile.Read(ref _permits)[permit].NextOfResource;

    /// <summary>
    /// Numbers all permits anew: those whose resource leads on first, the others after them, each kind by resource. INVARIANT (leaf-last).
    /// </summary>
    /// <param name="leadsOn">Says of a resource whether any link leaves it.</param>
    /// <returns>The new table, the new number of each old one, and the first that leads nowhere.</returns>
    public (PermitTable Table, int[] Numbers, int FirstLeaf) Renumbered(Func<int, bool> leadsOn)
    {
        var order = new int[Count];
        var keys = new long[Count];
        var leaves = 0;
        for (var permit = 0; permit < Count; permit++)
        {
            var isLeaf = !leadsOn(_permits[permit].Resource);
            leaves += isLeaf ? 1 : 0;
            (order[permit], keys[permit]) = (permit, (isLeaf ? 1L << 62 : 0) | ((long)_permits[permit].Resource << 31) | (long)permit);
        }

        Array.Sort(keys, order);
        var (table, numbers) = (new PermitTable(), new int[Count]);
        foreach (var action in Actions)
        {
            table.InternAction(action);
        }

        foreach (var permit in order)
        {
            numbers[permit] = table.Intern(_permits[permit].Resource, _permits[permit].Action);
        }

        return (table, numbers, Count - leaves);
    }

    private static void Grow<T>(ref T[] array, int index)
    {
        if (index < array.Length)
        {
            return;
        }

        var larger = new T[Math.Max(array.Length * 2, index + 1)];
        array.CopyTo(larger, 0);
        Volatile.Write(ref array, larger);
    }

    private void Rehash()
    {
        var slots = new int[_slots.Length * 2];
        for (var permit = 0; permit < Count; permit++)
        {
            slots[SlotOf(slots, _permits[permit].Resource, _permits[permit].Action)] = permit + 1;
        }

        Volatile.Write(ref _slots, slots);
    }

    private int SlotOf(int[] slots, int resource, int action)
    {
        var mask = slots.Length - 1;
        var hash = unchecked(((ulong)(uint)resource << 20 ^ (uint)action) * 0x9E3779B97F4A7C15UL);
        for (var slot = (int)(BitOperations.RotateLeft(hash, 32) & (uint)mask); ; slot = (slot + 1) & mask)
        {
            var permit = Volatile.Read(ref slots[slot]) - 1;
            if (permit < 0 || (Volatile.Read(ref _permits)[permit] is var known && known.Resource == resource && known.Action == action))
            {
                return slot;
            }
        }
    }

    private readonly record struct Permit(int Resource, int Action, int NextOfResource);
}
