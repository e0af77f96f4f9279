using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>
/// Turns a connector's stream into changes, holding it against what the source said so far. A fact is retracted only if the source
/// says so, or if a full and complete listing covered its scope and did not show it.
/// </summary>
/// <threadsafety>One thread at a time; one instance per observation.</threadsafety>
public sealed class ObservationDiff
{
    private readonly IReadOnlyDictionary<FactKey, Fact> _before;
    private readonly Dictionary<FactKey, Fact?> _changed = [];
    private readonly HashSet<FactKey> _seen = [];
    private readonly List<CoverageGap> _gaps = [];

    /// <summary>Begins an observation.</summary>
    /// <param name="before">What the source says as of the last observation; must not change meanwhile.</param>
    public ObservationDiff(IReadOnlyDictionary<FactKey, Fact> before) => _before = before;

    /// <summary>Gets the scopes that were not covered so far.</summary>
    public IReadOnlyList<CoverageGap> Gaps => _gaps;

    /// <summary>
    /// Gets the last element of the stream, or <see langword="null"/> while it has not come: then the observation is incomplete.
    /// </summary>
    public Observation.Complete? End { get; private set; }

    /// <summary>Takes the next element of the stream and gives what changed by it.</summary>
    /// <exception cref="InvalidOperationException">The stream went on after its end: a bug of the connector.</exception>
    public IReadOnlyList<FactChange> Take(Observation observation)
    {
        if (End is not null)
        {
            throw new InvalidOperationException("Bug in a connector: the stream went on after it was complete.");
        }

        switch (observation)
        {
            case Observation.Seen seen:
                return See(FactBounds.Fit(seen.Fact));
            case Observation.Gone gone:
                _seen.Remove(gone.Key);
                return Current(gone.Key) is null ? [] : [Retract(gone.Key)];
            case Observation.NotCovered gap:
                _gaps.Add(new CoverageGap(gap.Scope, gap.Error));
                return [];
            case Observation.Complete complete:
                End = complete;
                return complete.IsFull ? RetractUnseen() : [];
            default:
                throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown observation.");
        }
    }

    /// <summary>Says whether <paramref name="scope"/> is, or begins as, what a gap names.</summary>
    public static bool Covers(string gap, string scope) =>
        gap.EndsWith('*') ? scope.StartsWith(gap[..^1], StringComparison.Ordinal) : gap == scope;

    private IReadOnlyList<FactChange> See(Fact fact)
    {
        _seen.Add(fact.Key);
        if (Current(fact.Key) is { } known && FactComparison.SaysTheSame(known, fact))
        {
            return [];
        }

        _changed[fact.Key] = fact;
        return [new FactChange.Asserted(fact)];
    }

    private Fact? Current(FactKey key) => _changed.TryGetValue(key, out var changed) ? changed : _before.GetValueOrDefault(key);

    private FactChange.Retracted Retract(FactKey key)
    {
        _changed[key] = null;
        return new FactChange.Retracted(key);
    }

    private List<FactChange> RetractUnseen() =>
    [
        .. _before
            .Where(b => !_seen.Contains(b.Key) && Current(b.Key) is not null && !_gaps.Exists(g => Covers(g.Scope, b.Value.Scope)))
            .Select(b => b.Key)
            .ToList()
            .Select(Retract),
    ];
}
