using System.Text.Json.Serialization.Metadata;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>Writes a case's entries, durable before it returns, and folds them into the book at once.</summary>
internal sealed class CaseJournal(ILedger ledger, CaseBook book)
{
    private const int StepsPerEntry = 24;
    private const string By = "lockstep";

    public Task OpenAsync(CaseOpened opened, string by, CancellationToken cancellationToken) =>
        WriteAsync(CaseEntries.Opened, by, opened, CaseJson.Default.CaseOpened, cancellationToken);

    public async Task PlanAsync(Guid id, int round, CasePlan plan, IReadOnlyList<PlannedStep> steps, CancellationToken cancellationToken)
    {
        var chunks = Math.Max(1, (steps.Count + StepsPerEntry - 1) / StepsPerEntry);
        var drafts = new List<LedgerDraft>();
        for (var i = 0; i < chunks; i++)
        {
            drafts.Add(LedgerDraft.Of(CaseEntries.Planned, By, new CasePlanned(
                id,
                round,
                [.. steps.Skip(i * StepsPerEntry).Take(StepsPerEntry)],
                i == 0 ? [.. plan.Uncut.Take(50)] : [],
                i == 0 ? [.. plan.Chains.Take(40).Select(ChainText.Of)] : [],
                plan.LeastCutSize,
                plan.IncompleteSystems), CaseJson.Default.CasePlanned));
        }

        await WriteAsync(drafts, cancellationToken);
    }

    public Task ObserveAsync(CaseObserved observed, CancellationToken cancellationToken) =>
        WriteAsync(CaseEntries.Observed, By, observed, CaseJson.Default.CaseObserved, cancellationToken);

    public Task CloseAsync(CaseClosed closed, CancellationToken cancellationToken) =>
        WriteAsync(CaseEntries.Closed, By, closed, CaseJson.Default.CaseClosed, cancellationToken);

    public Task StepAsync(string kind, StepEvent e, CancellationToken cancellationToken) =>
        WriteAsync(kind, By, e, CaseJson.Default.StepEvent, cancellationToken);

    private Task WriteAsync<T>(string kind, string by, T payload, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        WriteAsync([LedgerDraft.Of(kind, by, payload, shape)], cancellationToken);

    private async Task WriteAsync(IReadOnlyList<LedgerDraft> drafts, CancellationToken cancellationToken)
    {
        var receipt = await ledger.AppendAsync(drafts, Durability.Intent, cancellationToken);
        await foreach (var entry in ledger.ReadAsync(receipt.FirstIndex, cancellationToken))
        {
            book.Apply(entry);
            if (entry.Index == receipt.LastIndex)
            {
                break;
            }
        }
    }
}
