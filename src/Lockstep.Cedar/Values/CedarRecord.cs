using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Values;

/// <summary>A record: values by name, ordered by name.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class CedarRecord : IEquatable<CedarRecord>
{
    private readonly string[] _names;
    private readonly CedarValue[] _values;

    /// <summary>Makes a record.</summary>
    /// <exception cref="ArgumentException">A name is given twice.</exception>
    public CedarRecord(IEnumerable<KeyValuePair<string, CedarValue>> fields)
    {
        var sorted = new SortedDictionary<string, CedarValue>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            sorted.Add(name, value);
        }

        _names = [.. sorted.Keys];
        _values = [.. sorted.Values];
    }

    /// <summary>Gets the record without fields.</summary>
    public static CedarRecord Empty { get; } = new([]);

    /// <summary>Gets how many fields the record has.</summary>
    public int Count => _names.Length;

    /// <summary>Gets the names in ordinal order.</summary>
    public ReadOnlySpan<string> Names => _names;

    /// <summary>Gets the values in the order of <see cref="Names"/>.</summary>
    public ReadOnlySpan<CedarValue> Values => _values;

    /// <summary>Finds a field.</summary>
    public bool TryGet(string name, out CedarValue value)
    {
        var low = 0;
        var high = _names.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = ReferenceEquals(_names[middle], name) ? 0 : string.CompareOrdinal(_names[middle], name);
            if (order == 0)
            {
                value = _values[middle];
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(CedarRecord? other) => other is not null
        && _names.AsSpan().SequenceEqual(other._names) && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CedarRecord);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (var i = 0; i < _names.Length; i++)
        {
            hash.Add(_names[i], StringComparer.Ordinal);
            hash.Add(_values[i]);
        }

        return hash.ToHashCode();
    }

    /// <summary>Writes the record as an expression.</summary>
    public override string ToString() =>
        $"{{{string.Join(", ", _names.Select((name, i) => $"\"{Escapes.Write(name)}\": {_values[i]}"))}}}";
}
