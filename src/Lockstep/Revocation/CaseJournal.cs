using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lockstep.Connectors;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>Writes a case's entries, durable before it returns, and folds them into the book at once.</summary>
internal sealed class CaseJournal(ILedger ledger, CaseBook book)
{
    private const int ChunkBytesMax = 32 * 1024;
    private const int ItemsMax = 200;
    private const int TextMax = 1000;
    private const string By = "lockstep";

    public Task OpenAsync(CaseOpened opened, string by, CancellationToken cancellationToken) =>
        WriteAsync(CaseEntries.Opened, by, opened, CaseJson.Default.CaseOpened, cancellationToken);

    /// <summary>Writes a round of planning in one append: as many entries as its length needs.</summary>
    public Task PlanAsync(Guid id, int round, CasePlan plan, IReadOnlyList<PlannedStep> steps, CancellationToken cancellationToken)
    {
        var empty = new CasePlanned(id, round, [], [], [], plan.LeastCutSize, [.. plan.IncompleteSystems.Take(ItemsMax)]);
        var chains = plan.Chains.Take(ItemsMax).Select(c => Excerpt.Of(ChainText.Of(c), TextMax));
        List<CasePlanned> entries =
        [
            .. Chunks(steps, CaseJson.Default.PlannedStep).Select(c => empty with { Steps = c }),
            .. Chunks(Bounded(plan.Uncut), CaseJson.Default.UncutAccess).Select(c => empty with { Uncut = c }),
            .. Chunks(chains, CaseJson.Default.String).Select(c => empty with { Chains = c }),
        ];
        var drafts = entries.DefaultIfEmpty(empty).Select(e => LedgerDraft.Of(CaseEntries.Planned, By, e, CaseJson.Default.CasePlanned));
        return WriteAsync([.. drafts], cancellationToken);
    }

    public Task ObserveAsync(CaseObserved observed, CancellationToken cancellationToken) =>
        WriteAsync(CaseEntries.Observed, By, observed, CaseJson.Default.CaseObserved, cancellationToken);

    public Task CloseAsync(CaseClosed closed, CancellationToken cancellationToken) =>
        WriteAsync(CaseEntries.Closed, By, closed, CaseJson.Default.CaseClosed, cancellationToken);

    public Task StepAsync(string kind, StepEvent e, CancellationToken cancellationToken)
    {
        var error = e.Error is { } full ? full with { Detail = Excerpt.Of(full.Detail, TextMax) } : null;
        var evidence = e.Evidence is { } text ? Excerpt.Of(text, TextMax) : null;
        return WriteAsync(kind, By, e with { Error = error, Evidence = evidence }, CaseJson.Default.StepEvent, cancellationToken);
    }

    /// <summary>Gives a step as the ledger tells it now.</summary>
    public CaseStepView StepOf(Guid id, int index) => book.Find(id)!.Steps[index];

    /// <summary>What is left out is counted, never dropped in silence.</summary>
    private static IEnumerable<UncutAccess> Bounded(IReadOnlyList<UncutAccess> uncut) => uncut.Count <= ItemsMax
        ? uncut
        :
        [
            .. uncut.OrderByDescending(u => u.IsKnowledge).Take(ItemsMax),
            new($"and {uncut.Count - ItemsMax} more", "plan again to see them"),
        ];

    private static IEnumerable<IReadOnlyList<T>> Chunks<T>(IEnumerable<T> items, JsonTypeInfo<T> shape)
    {
        var (chunk, length) = (new List<T>(), 0);
        foreach (var item in items)
        {
            var itemLength = JsonSerializer.SerializeToUtf8Bytes(item, shape).Length;
            if (chunk.Count > 0 && length + itemLength > ChunkBytesMax)
            {
                yield return chunk;
                (chunk, length) = ([], 0);
            }

            chunk.Add(item);
            length += itemLength;
        }

        if (chunk.Count > 0)
        {
            yield return chunk;
        }
    }

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
