using Lockstep.Graph;
using Lockstep.Reconciliation.Derivation;

namespace Lockstep.Reconciliation;

/// <summary>One version of the estate. Made by <see cref="EstateBuilder"/>.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class Estate : IEstate
{
    private readonly Dictionary<string, IReadOnlyDictionary<FactKey, Fact>> _facts;
    private readonly Dictionary<string, string?> _cursors;
    private readonly Dictionary<string, DateTimeOffset> _firstSeen;
    private readonly DerivedView _view;

    internal Estate(
        long ledgerSize,
        IEnumerable<SystemFacts> systems,
        ObservedFacts observed,
        IReadOnlyDictionary<string, DateTimeOffset> firstSeen,
        GraphFactory graphOf)
        : this(ledgerSize, systems, firstSeen, new DerivedView(observed, graphOf))
    {
    }

    private Estate(long ledgerSize, IEnumerable<SystemFacts> systems, IReadOnlyDictionary<string, DateTimeOffset> firstSeen,
        DerivedView view)
    {
        var all = systems.ToList();
        (LedgerSize, _view) = (ledgerSize, view);
        Systems = [.. all.Where(s => s.Name != ObservedFacts.OwnSource).Select(s => s.Coverage)];
        _facts = all.ToDictionary(s => s.Name, s => s.Snapshot(), StringComparer.Ordinal);
        _cursors = all.ToDictionary(s => s.Name, s => s.Cursor, StringComparer.Ordinal);
        _firstSeen = new(firstSeen, StringComparer.Ordinal);
    }

    /// <summary>Derives now what the first question would have to wait for. O(facts).</summary>
    public void Prepare()
    {
        _ = _view.Graph;
        _ = _view.Resources;
        _ = _view.FindIdentities(string.Empty);
    }

    /// <inheritdoc/>
    public long LedgerSize { get; }

    /// <inheritdoc/>
    public required IReadOnlyDictionary<string, IReadOnlyList<CanaryMeasured>> Canaries { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyDictionary<string, WitnessStanding> Witnesses { get; init; }

    /// <inheritdoc/>
    public IAccessGraph Graph => _view.Graph;

    /// <inheritdoc/>
    public IAccessGraph GraphAsIfActive => _view.GraphAsIfActive;

    /// <inheritdoc/>
    public IReadOnlyList<SystemCoverage> Systems { get; }

    /// <inheritdoc/>
    public IEnumerable<Link> Links => _view.Derived.Links;

    /// <inheritdoc/>
    public IReadOnlyList<CorrelationIssue> Issues => _view.Derived.Issues;

    /// <summary>Gets since when each finding that is open has been there (UTC), by its id.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> FindingsSince => _firstSeen;

    /// <inheritdoc/>
    public Node? Find(NodeId id) => _view.Nodes.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IReadOnlyList<Node> FindIdentities(string text) => _view.FindIdentities(text);

    /// <inheritdoc/>
    public IReadOnlyList<Node> FindResources(string text) => _view.Resources.Find(text);

    /// <inheritdoc/>
    public IEnumerable<Node> NodesOf(string? kind) => kind is null ? _view.Nodes.Values : _view.Nodes.Values.Where(n => n.Id.Kind == kind);

    /// <summary>Gives what one source says, for <see cref="ObservationDiff"/>; empty for a source that never said anything.</summary>
    public IReadOnlyDictionary<FactKey, Fact> FactsOf(string systemName) =>
        _facts.TryGetValue(systemName, out var facts) ? facts : new Dictionary<FactKey, Fact>();

    /// <summary>
    /// Finds where the next incremental observation of a system starts; <see langword="null"/> for a full one, as after gaps.
    /// </summary>
    public string? CursorOf(string systemName) => _cursors.GetValueOrDefault(systemName);

    /// <summary>Says whether the facts are still those of this version.</summary>
    internal bool IsOf(IReadOnlyCollection<SystemFacts> systems) =>
        systems.Count == _facts.Count && systems.All(s => ReferenceEquals(s.Snapshot(), _facts.GetValueOrDefault(s.Name)));

    /// <summary>Gives a later version with the same facts: only coverage and findings moved on.</summary>
    internal Estate At(
        long ledgerSize, IEnumerable<SystemFacts> systems, IReadOnlyDictionary<string, DateTimeOffset> firstSeen,
        IReadOnlyDictionary<string, IReadOnlyList<CanaryMeasured>> canaries, IReadOnlyDictionary<string, WitnessStanding> witnesses) =>
        new(ledgerSize, systems, firstSeen, _view) { Canaries = canaries, Witnesses = witnesses };
}
