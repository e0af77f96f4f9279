using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>What one source says, while entries are folded.</summary>
internal sealed class SystemFacts(string name)
{
    private readonly Dictionary<FactKey, Fact> _facts = [];
    private IReadOnlyDictionary<FactKey, Fact>? _snapshot;
    private string _kind = "unknown";
    private DateTimeOffset? _observedAt;
    private ConnectorError? _lastError;
    private IReadOnlyList<CoverageGap> _gaps = [];
    private string? _cursor;

    internal string Name => name;

    internal IReadOnlyDictionary<FactKey, Fact> Facts => _facts;

    /// <summary>
    /// Gets the cursor of the last complete observation; none after one with gaps, so that the next is full and can close them.
    /// </summary>
    internal string? Cursor => _gaps.Count == 0 ? _cursor : null;

    internal SystemCoverage Coverage => new()
    {
        SystemName = name,
        SystemKind = _kind,
        ObservedAt = _observedAt,
        LastError = _lastError,
        Gaps = _gaps,
        FactCount = _facts.Count,
    };

    /// <summary>Gives the facts as they are now; the same instance until they change.</summary>
    internal IReadOnlyDictionary<FactKey, Fact> Snapshot() => _snapshot ??= new Dictionary<FactKey, Fact>(_facts);

    /// <summary>Gives one that stands where this one does and goes its own way. O(facts).</summary>
    internal SystemFacts Copy()
    {
        var copy = new SystemFacts(name)
        {
            _kind = _kind, _observedAt = _observedAt, _lastError = _lastError, _gaps = _gaps, _cursor = _cursor,
        };
        foreach (var (key, fact) in _facts)
        {
            copy._facts.Add(key, fact);
        }

        return copy;
    }

    internal Fact? Assert(Fact fact)
    {
        _snapshot = null;
        var before = _facts.GetValueOrDefault(fact.Key);
        _facts[fact.Key] = fact;
        return before;
    }

    internal Fact? Retract(FactKey key)
    {
        _snapshot = null;
        _facts.Remove(key, out var before);
        return before;
    }

    internal void Start(string kind) => _kind = kind;

    internal void Complete(DateTimeOffset at, string kind, bool isFull, string? cursor, IReadOnlyList<CoverageGap> gaps)
    {
        (_kind, _observedAt, _lastError, _cursor) = (kind, at, null, cursor);
        _gaps = isFull ? gaps : [.. _gaps.Where(old => gaps.All(g => g.Scope != old.Scope)), .. gaps];
    }

    internal void BreakOff(string kind, ConnectorError error) => (_kind, _lastError) = (kind, error);
}
