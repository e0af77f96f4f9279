using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>
/// Gives each target of access, a resource with an action, a number of its own. A permit is where a search for access ends; it stands
/// in link rows with <see cref="Bit"/> set, and who reaches it reaches its resource with the same link.
/// </summary>
/// <threadsafety>Any number of readers beside one writer.</threadsafety>
internal sealed class PermitTable
{
    /// <summary>Marks a permit among the nodes of a row.</summary>
    public const uint Bit = 1u << 30;

    private readonly ConcurrentDictionary<(int Resource, int Action), int> _numbers = new();
    private readonly ConcurrentDictionary<int, int> _firstOfResource = new();
    private readonly ConcurrentDictionary<string, int> _actions = new(StringComparer.Ordinal);
    private string[] _actionNames = new string[16];
    private Permit[] _permits = new Permit[16];

    /// <summary>Gets how many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the resource of a permit.</summary>
    public int Resource(int permit) => Volatile.Read(ref _permits)[permit].Resource;

    /// <summary>Gets the action of a permit.</summary>
    public string Action(int permit) => Volatile.Read(ref _actionNames)[Volatile.Read(ref _permits)[permit].Action];

    /// <summary>Finds a permit, or -1.</summary>
    public int Find(int resource, string action) =>
        _actions.TryGetValue(action, out var name) && _numbers.TryGetValue((resource, name), out var permit) ? permit : -1;

    /// <summary>Finds or adds. One writer at a time.</summary>
    public int Intern(int resource, string action)
    {
        var name = InternAction(action);
        if (_numbers.TryGetValue((resource, name), out var known))
        {
            return known;
        }

        if (Count == _permits.Length)
        {
            Grow(ref _permits);
        }

        _permits[Count] = new Permit(resource, name, _firstOfResource.GetValueOrDefault(resource, -1));
        _firstOfResource[resource] = Count;
        _numbers[(resource, name)] = Count;
        return Count++;
    }

    /// <summary>Finds a permit of a resource, or -1; <see cref="Next"/> leads to the others.</summary>
    public int First(int resource) => _firstOfResource.GetValueOrDefault(resource, -1);

    /// <summary>Finds the next permit of the same resource, or -1.</summary>
    public int Next(int permit) => Volatile.Read(ref _permits)[permit].NextOfResource;

    private int InternAction(string action)
    {
        if (!_actions.TryGetValue(action, out var number))
        {
            number = _actions.Count;
            if (number == _actionNames.Length)
            {
                Grow(ref _actionNames);
            }

            _actionNames[number] = action;
            _actions[action] = number;
        }

        return number;
    }

    private static void Grow<T>(ref T[] array)
    {
        var larger = new T[array.Length * 2];
        array.CopyTo(larger, 0);
        Volatile.Write(ref array, larger);
    }

    private readonly record struct Permit(int Resource, int Action, int NextOfResource);
}
