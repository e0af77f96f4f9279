using System.Text;
using System.Text.Json;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Reconciliation;

namespace Lockstep.Testing.Reconciliation;

/// <summary>
/// Observes made-up systems into an estate the way the server does: diff, drafts, canonical round trip through JSON, fold.
/// </summary>
public sealed class FoldedLab(CorrelationRules rules)
{
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<LedgerEntry> _entries = [];

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    public EstateBuilder Builder { get; } = new(rules);

    public DateTimeOffset Now { get; set; } = Start;

    public Estate Estate => Builder.Build();

    public static Node Node(
        string system, string kind, string key, string? name = null, NodeState state = NodeState.Active,
        params (string, string)[] attributes) =>
        new()
        {
            Id = NodeId.Of(system, kind, key),
            Name = name ?? key,
            State = state,
            Attributes = attributes.ToDictionary(a => a.Item1, a => a.Item2),
        };

    public static Observation Seen(Node node, string scope = "all") =>
        new Observation.Seen(new Fact.OfNode(node.Id.SystemName, scope, node));

    public static Observation Seen(Link link, string scope = "all") => new Observation.Seen(new Fact.OfLink(scope, link));

    /// <summary>Folds a full observation of everything given.</summary>
    public IReadOnlyList<FactChange> Observe(string system, params Observation[] seen) =>
        Run(system, [.. seen, new Observation.Complete(IsFull: true, Cursor: "c1")]);

    public IReadOnlyList<FactChange> Run(string system, params Observation[] stream) => Run(system, stream, "made-up");

    public IReadOnlyList<FactChange> Run(string system, Observation[] stream, string kind)
    {
        var diff = new ObservationDiff(Estate.FactsOf(system));
        Append(ObservationEntries.Start(system, kind, null));
        var changes = stream.SelectMany(diff.Take).ToList();
        foreach (var draft in ObservationEntries.Changes(system, changes))
        {
            Append(draft);
        }

        Append(diff.End is { } end
            ? ObservationEntries.End(system, kind, end, diff.Gaps)
            : ObservationEntries.BreakOff(system, kind, new("LS2001", ConnectorErrorKind.Unreachable, "nobody answered")));
        return changes;
    }

    public void Append(LedgerDraft draft)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(draft.Payload));
        var entry = new LedgerEntry
        {
            Index = Entries.Count,
            Kind = draft.Kind,
            At = Now,
            By = draft.By,
            Payload = JsonDocument.Parse(bytes).RootElement,
            Bytes = bytes,
        };
        _entries.Add(entry);
        Builder.Apply(entry);
    }
}
