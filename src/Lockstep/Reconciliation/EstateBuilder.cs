using System.Runtime.InteropServices;
using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Reconciliation.Derivation;

namespace Lockstep.Reconciliation;

/// <summary>Folds ledger entries, in order, into versions of the estate. Entries of kinds that it does not know only count.</summary>
/// <remarks>The same entries and rules always give the same estate.</remarks>
/// <threadsafety>One thread at a time. The estates that it gives never change.</threadsafety>
public sealed class EstateBuilder
{
    /// <summary>A finding is there: <c>{id}</c>.</summary>
    public const string FindingOpened = "finding.opened";

    /// <summary>A finding is no longer there: <c>{id}</c>.</summary>
    public const string FindingClosed = "finding.closed";

    // Enough for percentiles; the rest is in the ledger.
    private const int MeasurementsKept = 100;

    private readonly SortedDictionary<string, SystemFacts> _systems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FactReader> _readers = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, Node> _departed = [];
    private readonly SortedDictionary<string, IReadOnlyList<CanaryMeasured>> _canaries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, WitnessStanding> _witnesses = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, NodeId> _bindings = [];
    private readonly Dictionary<NodeId, DateTimeOffset> _endedAt = [];
    private readonly Dictionary<string, DateTimeOffset> _findings = new(StringComparer.Ordinal);
    private readonly CorrelationRules _rules;
    private readonly GraphFactory _graphOf;
    private bool _areAccountsChanged;
    private long _size;
    private Estate? _built;

    /// <summary>Begins with nothing.</summary>
    /// <param name="rules">Who exists and whose the accounts are.</param>
    /// <param name="graphOf">The engine; <see langword="null"/> for the plain one.</param>
    public EstateBuilder(CorrelationRules rules, GraphFactory? graphOf = null) =>
        (_rules, _graphOf) = (rules, graphOf ?? ((links, stateOf) => new PlainGraph(links, stateOf)));

    /// <summary>Gets how many entries were folded.</summary>
    public long LedgerSize => _size;

    /// <summary>Folds the next entry.</summary>
    /// <exception cref="InvalidDataException">An entry of our own kinds does not say what it must (LS5001); the ledger is damaged or newer
    /// than we are.</exception>
    public void Apply(LedgerEntry entry)
    {
        if (entry.Index != _size)
        {
            throw new ArgumentException($"entry {entry.Index} is not the next one, which is {_size}", nameof(entry));
        }

        try
        {
            Fold(entry);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException(
                $"LS5001: ledger entry {entry.Index} (`{entry.Kind}`) does not say what it must: {e.Message}", e);
        }

        _size++;
    }

    /// <summary>Gives the estate as of the entries folded so far. O(facts) if facts changed since the last call.</summary>
    public Estate Build()
    {
        if (_built is { } built && built.LedgerSize == _size)
        {
            return built;
        }

        var canaries = new Dictionary<string, IReadOnlyList<CanaryMeasured>>(_canaries);
        var witnesses = new Dictionary<string, WitnessStanding>(_witnesses);
        return _built = _built is { } old && old.IsOf(_systems.Values)
            ? old.At(_size, _systems.Values, _findings, canaries, witnesses)
            : new Estate(_size, _systems.Values, Observed(), _findings, _graphOf)
            {
                Canaries = canaries, Witnesses = witnesses,
            };
    }

    /// <summary>
    /// Gives a builder that stands where this one does and goes its own way: for what would be if something else were observed. O(facts).
    /// </summary>
    public EstateBuilder Fork()
    {
        var fork = new EstateBuilder(_rules, _graphOf) { _areAccountsChanged = _areAccountsChanged, _size = _size, _built = _built };
        Copy(_systems.Select(s => KeyValuePair.Create(s.Key, s.Value.Copy())), fork._systems);
        Copy(_departed, fork._departed);
        Copy(_canaries, fork._canaries);
        Copy(_witnesses, fork._witnesses);
        Copy(_bindings, fork._bindings);
        Copy(_endedAt, fork._endedAt);
        Copy(_findings, fork._findings);
        return fork;
    }

    private static void Copy<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> from, IDictionary<TKey, TValue> to)
    {
        foreach (var (key, value) in from)
        {
            to.Add(key, value);
        }
    }

    private void Fold(LedgerEntry entry)
    {
        var payload = entry.Payload;
        switch (entry.Kind)
        {
            case ObservationEntries.Started:
                System(payload).Start(payload.GetProperty("systemKind").GetString()!);
                break;
            case ObservationEntries.Facts:
                FoldFacts(System(payload), entry);
                break;
            case ObservationEntries.Ended:
                FoldEnd(System(payload), entry);
                break;
            case FindingOpened:
                _findings.TryAdd(payload.GetProperty("id").GetString()!, entry.At);
                break;
            case CanaryMeasured.Kind:
                var measured = CanaryMeasured.Read(entry);
                var kept = _canaries.GetValueOrDefault(measured.SystemName, []);
                _canaries[measured.SystemName] = [.. kept.TakeLast(MeasurementsKept - 1), measured];
                break;
            case WitnessStanding.EntryKind:
                var standing = WitnessStanding.Read(entry);
                _witnesses[standing.Witness] = standing;
                break;
            case FindingClosed:
                _findings.Remove(payload.GetProperty("id").GetString()!);
                break;
        }
    }

    private SystemFacts System(JsonElement payload)
    {
        var name = payload.GetProperty("system").GetString()!;
        return _systems.TryGetValue(name, out var system) ? system : _systems[name] = new SystemFacts(name);
    }

    private void FoldFacts(SystemFacts system, LedgerEntry entry)
    {
        var payload = entry.Payload;
        var reader = _readers.TryGetValue(system.Name, out var known) ? known : _readers[system.Name] = new FactReader(system.Name);
        foreach (var json in payload.GetProperty("asserted").EnumerateArray())
        {
            if (!reader.TryRead(JsonMarshal.GetRawUtf8Value(json), string.Empty, out var fact, out var problem))
            {
                throw new FormatException(problem.ToString());
            }

            system.Assert(fact);
            NoteAccount(fact, isGone: false, entry.At);
        }

        foreach (var json in payload.GetProperty("retracted").EnumerateArray())
        {
            var gone = reader.TryReadKey(json, out var key) ? system.Retract(key) : throw new FormatException("not the key of a fact");
            NoteAccount(gone, isGone: true, entry.At);
        }
    }

    private void NoteAccount(Fact? fact, bool isGone, DateTimeOffset at)
    {
        // Whose a lease is decides whose the account is that it made.
        _areAccountsChanged |= fact is Fact.OfNode { Node: var lease } && lease.Find(NodeAttributes.CredentialType) == "lease";
        if (fact is not Fact.OfNode { Node: var node } || node.Id.Kind != NodeKinds.Account || node.Id.SystemName != fact.Source)
        {
            return;
        }

        _areAccountsChanged = true;
        if (node.Id.SystemName != _rules.AuthoritySystem)
        {
            return;
        }

        if (isGone)
        {
            _departed[node.Id] = node;
        }
        else
        {
            _departed.Remove(node.Id);
        }

        if (isGone || node.State != NodeState.Active)
        {
            _endedAt.TryAdd(node.Id, at);
        }
        else
        {
            _endedAt.Remove(node.Id);
        }
    }

    private void FoldEnd(SystemFacts system, LedgerEntry entry)
    {
        var payload = entry.Payload;
        var kind = payload.GetProperty("systemKind").GetString()!;
        if (payload.GetProperty("isComplete").GetBoolean())
        {
            var gaps = payload.GetProperty("gaps").EnumerateArray()
                .Select(g => new CoverageGap(g.GetProperty("scope").GetString()!, ObservationEntries.ReadError(g.GetProperty("error"))));
            system.Complete(
                entry.At, kind, payload.GetProperty("isFull").GetBoolean(), payload.GetProperty("cursor").GetString(), [.. gaps]);
            Bind();
        }
        else
        {
            system.BreakOff(kind, ObservationEntries.ReadError(payload.GetProperty("error")));
        }
    }

    /// <summary>
    /// Remembers whose the accounts are: who has an account now must still have it when the name belongs to somebody else. Only after
    /// complete observations, since half a listing can make a match look unambiguous.
    /// </summary>
    private void Bind()
    {
        if (!_areAccountsChanged
            || _rules.AuthoritySystem is not { } authority
            || _systems.GetValueOrDefault(authority)?.Coverage.ObservedAt is null)
        {
            return;
        }

        _areAccountsChanged = false;
        foreach (var (account, binding) in Correlation.Of(Observed()).Bindings)
        {
            _bindings[account] = binding.AuthorityAccount;
        }
    }

    private ObservedFacts Observed() => ObservedNodes.Collect([.. _systems.Values], _departed, _bindings, _endedAt, _rules);
}
