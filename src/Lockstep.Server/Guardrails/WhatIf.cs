using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Reconciliation;

namespace Lockstep.Server.Guardrails;

/// <summary>The estate as it would be if a system said something else. Nothing is written.</summary>
internal static class WhatIf
{
    /// <summary>Gives what would be, folded as an observation of the system would be.</summary>
    /// <param name="fork">A builder of its own, which stands at <paramref name="now"/> or later.</param>
    /// <param name="now">The estate as it is.</param>
    /// <param name="systemName">Which system; it may be one that is not connected yet.</param>
    /// <param name="facts">What it would say.</param>
    /// <param name="replaces">Whether that is all it would say, or what it would say besides.</param>
    /// <param name="at">When (UTC).</param>
    internal static IEstate Of(
        EstateBuilder fork, Estate now, string systemName, IEnumerable<Fact> facts, bool replaces, DateTimeOffset at)
    {
        var kind = now.Systems.FirstOrDefault(s => s.SystemName == systemName)?.SystemKind ?? "facts";
        var end = new Observation.Complete(replaces, "what-if");
        var diff = new ObservationDiff(now.FactsOf(systemName));
        List<FactChange> changes = [.. facts.SelectMany(f => diff.Take(new Observation.Seen(f))), .. diff.Take(end)];
        List<LedgerDraft> drafts =
        [
            ObservationEntries.Start(systemName, kind, cursor: null),
            .. ObservationEntries.Changes(systemName, changes),
            ObservationEntries.End(systemName, kind, end, diff.Gaps),
        ];
        foreach (var draft in drafts)
        {
            fork.Apply(new LedgerEntry
            {
                Index = fork.LedgerSize, Kind = draft.Kind, By = draft.By, At = at, Payload = draft.Payload, Bytes = default,
            });
        }

        return fork.Build();
    }
}
