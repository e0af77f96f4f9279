using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Lists every system anew after the cuts, and says how completely.</summary>
internal sealed class CaseListing(ICaseWorld world, CaseJournal journal, CaseOptions options, TimeProvider time)
{
    /// <summary>Waits and tries again while one cannot be listed.</summary>
    public async Task<IEstate> ObserveAsync(CaseView view, CancellationToken cancellationToken)
    {
        var touched = view.Steps.SelectMany(s => s.Plan.Secrets.Select(n => n.SystemName).Prepend(s.Plan.SystemName));
        var names = (view.Single is null ? touched.Concat(world.Connectors.Keys) : touched).Where(world.Connectors.ContainsKey).ToHashSet();
        var seen = new SortedDictionary<string, SystemSeen>(StringComparer.Ordinal);
        var missing = names;
        for (var attempt = 1; ; attempt++)
        {
            var startedAt = time.GetUtcNow();
            var estate = missing.Count == 0 ? world.Estate : await world.ObserveAsync(missing, cancellationToken);
            foreach (var name in missing)
            {
                seen[name] = SeenOf(name, estate.Systems.FirstOrDefault(s => s.SystemName == name), startedAt);
            }

            missing = [.. seen.Values.Where(s => !s.IsComplete).Select(s => s.SystemName)];
            if (missing.Count == 0 || attempt == options.AttemptsMax)
            {
                await journal.ObserveAsync(ObservedOf(estate, view, [.. seen.Values]), cancellationToken);
                return estate;
            }

            await Task.Delay(Retry.Backoff(attempt, options), time, cancellationToken);
        }
    }

    /// <summary>
    /// A part that was not listed in time may hide access, and is listed again; a part that our rights never show is only said.
    /// </summary>
    private static SystemSeen SeenOf(string name, SystemCoverage? system, DateTimeOffset startedAt)
    {
        var missed = system?.Gaps.FirstOrDefault(g => Retry.IsPassing(g.Error.Kind));
        var why = system is null ? "it was never listed"
            : system.LastError is { } error ? error.Detail
            : missed is not null ? $"{missed.Scope}: {missed.Error.Detail}"
            : system.Gaps.Count > 0 ? $"not covered: {string.Join(", ", system.Gaps.Select(g => g.Scope).Take(10))}"
            : null;
        var isComplete = system is { LastError: null } && missed is null && system.ObservedAt >= startedAt;
        return new(name, system?.ObservedAt, isComplete, why is null ? null : Excerpt.Of(why, 200));
    }

    private CaseObserved ObservedOf(IEstate estate, CaseView view, IReadOnlyList<SystemSeen> seen)
    {
        var now = time.GetUtcNow();
        var left = view.Single is null
            ? estate.Graph.AccessOf(NodeId.Parse(view.Subject), now, QueryLimits.Default, CancellationToken.None).Value
            : [];
        var endsAt = left.Count == 0 || left.Any(c => c.Until is null) ? null : left.Max(c => c.Until);
        return new(view.Id, view.Round, seen, left.Count, endsAt);
    }
}
