using System.Globalization;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Findings;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>Keeps what guardrails found in the estate asked about last, so that the next is checked by what changed alone.</summary>
/// <threadsafety>Any number of threads may ask; checks follow one another.</threadsafety>
internal sealed class GuardrailBook(GuardrailHolder guardrails, LockstepConfig config) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private CheckedEstate? _kept;

    /// <summary>Says how all guardrails stand in an estate at an instant.</summary>
    public async Task<GuardrailReport> ReportAsync(IEstate estate, DateTimeOffset at, CancellationToken cancellationToken) =>
        Report(await CheckAsync(estate, at, cancellationToken));

    /// <summary>Checks an estate at an instant.</summary>
    public async Task<CheckedEstate> CheckAsync(IEstate estate, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var (set, kept) = (guardrails.Current, _kept);
            var isSameSet = ReferenceEquals(kept?.Set, set);
            var found = await Task.Run(
                () => isSameSet ? kept!.Again(estate, at, cancellationToken) : CheckedEstate.Full(set, estate, at, cancellationToken),
                cancellationToken);

            // A question about the past must not make the next about now dear.
            _kept = isSameSet && estate.LedgerSize < kept!.Estate.LedgerSize ? kept : found;
            return found;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says how each guardrail stands by what was found.</summary>
    public GuardrailReport Report(CheckedEstate found)
    {
        var ours = FindingRules.Ours(found.Estate);
        var results = found.Results.Where(r => !ours.Contains(r.Key)).OrderBy(r => r.Key).ToList();
        var unseen = Unseen(found.Estate, found.At);
        var unsearched = results.Where(r => r.Value.Limit is not null).Select(
            r => $"the search for what {NameOf(found.Estate, r.Key)} reaches was cut short: {r.Value.Limit}").ToList();
        return new(found.At, found.Estate.LedgerSize,
        [
            .. found.Set.Guardrails.Select(guardrail =>
            {
                var rules = found.Set.Rules.Values.Where(r => r.Guardrail == guardrail).ToList();
                var violations = results.Select(r => Violation(guardrail, r.Key, r.Value, rules)).OfType<GuardrailViolation>().ToList();
                return (guardrail, GuardrailState.Of(violations, [.. unseen, .. Sample(unsearched), .. Faults(found.Estate, rules, results)]));
            }),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>All parts of a guardrail together are forbidden; a guardrail without parts is one part.</summary>
    private static GuardrailViolation? Violation(
        Guardrail guardrail, NodeId principal, PrincipalResult result, List<GuardrailRule> rules)
    {
        var parts = rules.OrderBy(r => guardrail.Parts.ToList().IndexOf(r.Part))
            .Select(r => result.Forbidden.GetValueOrDefault(r.Policy.Id, [])).ToList();
        return parts.TrueForAll(p => p.Count > 0) ? new(guardrail, principal, [.. parts.SelectMany(p => p)]) : null;
    }

    private static List<string> Faults(
        IEstate estate, List<GuardrailRule> rules, List<KeyValuePair<NodeId, PrincipalResult>> results) =>
        Sample([.. from rule in rules
                   from result in results
                   let fault = result.Value.Faults.GetValueOrDefault(rule.Policy.Id)
                   where fault is not null
                   select $"`{rule.Policy.Id}` could not be evaluated for {NameOf(estate, result.Key)}: {fault}"]);

    private static List<string> Sample(List<string> sentences) =>
        sentences.Count <= 3 ? sentences : [.. sentences.Take(3), string.Create(CultureInfo.InvariantCulture, $"and {sentences.Count - 3} more")];

    private static string NameOf(IEstate estate, NodeId id) => estate.Find(id)?.Name ?? id.ToString();

    /// <summary>Any system may hide a chain, so what is not known of one leaves every guardrail unproven.</summary>
    private List<string> Unseen(IEstate estate, DateTimeOffset at)
    {
        var picture = new Picture(estate);
        return
        [
            .. config.Systems.Select(s => s.Name).Where(name => !picture.Systems.ContainsKey(name)).Select(
                name => $"{name} was never observed"),
            .. estate.Systems.Select(s => picture.UnknownOf(s.SystemName, at, config.Policy.AgeMax)).OfType<string>(),
        ];
    }
}
