using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Findings;
using Lockstep.Server.Guardrails;

namespace Lockstep.Server.Workers;

/// <summary>Writes to the ledger when a finding comes and when it goes, so that everybody can see since when it is there.</summary>
internal sealed class FindingTracker(
    ILedger ledger, EstateHolder estate, GuardrailBook guardrails, TimeProvider time, ILogger<FindingTracker> log)
    : BackgroundService
{
    // Many entries follow each other while systems are looked at; the findings in between interest nobody. In an estate of a million nodes
    // finding them takes seconds: then for as long again, so that taking a system in is not held up by it.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (grown, started) = (estate.Grown, time.GetTimestamp());
            try
            {
                await TrackAsync(estate.Current, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.FindingsNotTracked(e);
            }

            var took = time.GetElapsedTime(started);
            await grown.WaitAsync(stoppingToken);
            await Task.Delay(took > Settle ? took : Settle, time, stoppingToken);
        }
    }

    internal async Task TrackAsync(Estate current, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var violations = (await guardrails.ReportAsync(current, at, cancellationToken)).Violations;
        var findings = FindingRules.Apply(current, at, FindingPolicy.Default, current.FindingsSince, violations, cancellationToken);
        var now = findings.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
        LedgerDraft[] drafts =
        [
            .. findings.Where(f => !current.FindingsSince.ContainsKey(f.Id)).Select(Opened),
            .. current.FindingsSince.Keys.Where(id => !now.Contains(id)).Select(
                id => Draft(EstateBuilder.FindingClosed, new() { ["id"] = id })),
        ];
        foreach (var chunk in drafts.Chunk(LedgerLimits.DraftsMax))
        {
            await ledger.AppendAsync(chunk, Durability.Relaxed, cancellationToken);
        }
    }

    private static LedgerDraft Opened(Finding finding) => Draft(EstateBuilder.FindingOpened, new()
    {
        ["id"] = finding.Id,
        ["kind"] = finding.Kind,
        ["severity"] = finding.Severity.ToString(),
        ["subject"] = finding.Subject.ToString(),
    });

    private static LedgerDraft Draft(string kind, JsonObject payload) => LedgerDraft.Of(kind, "lockstep", payload);
}
