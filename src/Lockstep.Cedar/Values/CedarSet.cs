using System.Collections;

namespace Lockstep.Cedar.Values;

/// <summary>A set of values without order or duplicates.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class CedarSet : IEquatable<CedarSet>, IReadOnlyCollection<CedarValue>
{
    private const int LinearMax = 8;
    private readonly CedarValue[] _items;
    private readonly HashSet<CedarValue>? _lookup;
    private readonly int _hash;

    /// <summary>Makes a set; duplicates fall away.</summary>
    public CedarSet(IEnumerable<CedarValue> items)
    {
        var distinct = items.ToArray();
        if (distinct.Length > LinearMax)
        {
            _lookup = [.. distinct];
            distinct = [.. _lookup];
        }
        else if (distinct.Length > 1)
        {
            distinct = distinct.Distinct().ToArray();
        }

        _items = distinct;
        foreach (var item in _items)
        {
            _hash ^= item.GetHashCode();
        }
    }

    /// <summary>Gets how many values the set holds.</summary>
    public int Count => _items.Length;

    /// <summary>Gets the values, in no order that means anything.</summary>
    public ReadOnlySpan<CedarValue> Span => _items;

    /// <summary>Says whether the set holds a value.</summary>
    public bool Contains(in CedarValue value)
    {
        if (_lookup is not null)
        {
            return _lookup.Contains(value);
        }

        foreach (ref readonly var item in _items.AsSpan())
        {
            if (item.Equals(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Says whether every value of <paramref name="other"/> is in this set.</summary>
    public bool ContainsAll(CedarSet other)
    {
        foreach (ref readonly var item in other.Span)
        {
            if (!Contains(item))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says whether at least one value of <paramref name="other"/> is in this set.</summary>
    public bool ContainsAny(CedarSet other)
    {
        foreach (ref readonly var item in other.Span)
        {
            if (Contains(item))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool Equals(CedarSet? other) => other is not null && Count == other.Count && _hash == other._hash && ContainsAll(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CedarSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public IEnumerator<CedarValue> GetEnumerator() => ((IEnumerable<CedarValue>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Writes the set as an expression.</summary>
    public override string ToString() => $"[{string.Join(", ", _items)}]";
}
