using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Runs one case to its end: plan, phases in order, complete listing, plan again, until no chain and no cut is left.</summary>
/// <remarks>May die between any two lines: the ledger holds the intent, every effect is idempotent, and a second run goes on.</remarks>
internal sealed class CaseRun(
    ICaseWorld world, CaseJournal journal, CaseBook book, RotationLocks locks, CaseOptions options, TimeProvider time)
{
    private readonly StepRun _steps = new(world, journal, new GuardedCall(options, time), locks, options, time);

    public async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        if (View(id).Round == 0)
        {
            await PlanRoundAsync(id, world.Estate, cancellationToken);
        }

        while (true)
        {
            await RunPhasesAsync(id, cancellationToken);
            var estate = await ObserveAsync(id, cancellationToken);
            if (View(id).Round >= options.RoundsMax || !await PlanRoundAsync(id, estate, cancellationToken))
            {
                break;
            }
        }

        await journal.CloseAsync(CaseEnding.Of(View(id)), cancellationToken);
    }

    /// <summary>Tries again what was left with a clock, once the clock has run out.</summary>
    public async Task LookAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        var view = View(id);
        foreach (var step in view.Steps.Where(s => s.State == StepState.Residual && s.Plan.Cut is not null))
        {
            await _steps.RunAsync(view, step, cancellationToken);
        }

        _ = await ObserveAsync(id, cancellationToken);
        await journal.CloseAsync(CaseEnding.Of(View(id)), cancellationToken);
    }

    private CaseView View(Guid id) => book.Find(id)!;

    /// <summary>Plans what is not yet done; false if there is nothing.</summary>
    private async Task<bool> PlanRoundAsync(Guid id, IEstate estate, CancellationToken cancellationToken)
    {
        var view = View(id);
        var plan = PlanOf(world, estate, view, time.GetUtcNow());
        PlannedStep[] steps = [.. NewSteps(plan, view, estate).Select((s, i) => s with { Index = view.Steps.Count + i })];
        if (steps.Length == 0 && view.Round > 0)
        {
            return false;
        }

        await journal.PlanAsync(id, view.Round + 1, plan, steps, cancellationToken);
        return steps.Length > 0;
    }

    /// <summary>Makes the plan of a case as things stand: the same for a dry run and for the run.</summary>
    public static CasePlan PlanOf(ICaseWorld world, IEstate estate, CaseView view, DateTimeOffset now)
    {
        var planner = new CasePlanner(world.Connectors.ToDictionary(c => c.Key, c => SystemCapabilities.Of(c.Value)));
        return view.Single is { } cut ? planner.PlanOne(estate, cut, now) : planner.Plan(estate, NodeId.Parse(view.Subject), now);
    }

    private static IEnumerable<PlannedStep> NewSteps(CasePlan plan, CaseView view, IEstate estate)
    {
        foreach (var step in plan.Steps)
        {
            var before = view.Steps.LastOrDefault(s => s.Plan.Phase == step.Phase && s.Plan.SystemName == step.SystemName && s.Plan.Cut == step.Cut);
            if (before is null || (before.State == StepState.Verified && CameBack(step, estate)))
            {
                yield return step;
            }
        }
    }

    /// <summary>Says whether something that was verified is there again, so that it must be cut again.</summary>
    private static bool CameBack(PlannedStep step, IEstate estate) => step.Cut switch
    {
        { Kind: CutKind.DisableAccount, Target: var account } => estate.Find(account)?.State == NodeState.Active,
        { Kind: CutKind.RemoveLink, Link: { } link } => estate.Graph.LinksFrom(link.From).Any(l => l.Key == link),
        { Kind: CutKind.RevokeCredential or CutKind.EndSession, Target: var held } => estate.Find(held) is not null,
        _ => false,
    };

    private async Task RunPhasesAsync(Guid id, CancellationToken cancellationToken)
    {
        foreach (var phase in Enum.GetValues<CasePhase>())
        {
            var view = View(id);
            var open = view.Steps.Where(s => !s.IsSettled && s.Plan.Phase == phase).ToList();
            await Task.WhenAll(open.GroupBy(s => s.Plan.SystemName).Select(system => RunSystemAsync(view, [.. system], cancellationToken)));
        }
    }

    private Task RunSystemAsync(CaseView view, IReadOnlyList<CaseStepView> steps, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            steps,
            new ParallelOptions { MaxDegreeOfParallelism = options.ConcurrencyPerSystemMax, CancellationToken = cancellationToken },
            async (step, token) => await (step.Plan.Phase == CasePhase.WaitForCaches
                ? WaitAsync(view, step, token)
                : _steps.RunAsync(view, step, token)));

    /// <summary>Waits until an answer from a cache can no longer be given; counted from the last cut before it, never from earlier.</summary>
    private async Task WaitAsync(CaseView view, CaseStepView step, CancellationToken cancellationToken)
    {
        var e = new StepEvent(view.Id, step.Plan.Index, step.Attempts + 1);
        var from = view.Steps.Where(s => s.Plan.Phase < CasePhase.WaitForCaches).Max(s => s.AcknowledgedAt) ?? time.GetUtcNow();
        var until = from + (step.Plan.DenialBound ?? TimeSpan.Zero) + options.CacheMargin;
        await journal.StepAsync(CaseEntries.Sent, e, cancellationToken);
        var residual = e with { Until = until, Evidence = $"cut at {from:O}; served from the cache until {until:O} at the latest" };
        await journal.StepAsync(CaseEntries.Acknowledged, residual, cancellationToken);
        if (until - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }

        var proven = e with { Evidence = $"the cache held nothing older than its own time after {until:O}", Proof = ProofKind.Listing };
        await journal.StepAsync(CaseEntries.Proven, proven, cancellationToken);
    }

    /// <summary>Lists every touched system completely; waits and tries again while one cannot be listed.</summary>
    private async Task<IEstate> ObserveAsync(Guid id, CancellationToken cancellationToken)
    {
        var view = View(id);
        var names = view.Steps.SelectMany(s => s.Plan.Secrets.Select(n => n.SystemName).Prepend(s.Plan.SystemName))
            .Concat(world.Connectors.Keys.Where(_ => view.Single is null)).Where(world.Connectors.ContainsKey).ToHashSet();
        var seen = new List<SystemSeen>();
        var missing = names;
        for (var attempt = 1; ; attempt++)
        {
            var startedAt = time.GetUtcNow();
            var estate = await world.ObserveAsync(missing, cancellationToken);
            seen.RemoveAll(s => missing.Contains(s.SystemName));
            seen.AddRange(estate.Systems.Where(s => missing.Contains(s.SystemName)).Select(s => SeenOf(s, startedAt)));
            missing = [.. seen.Where(s => !s.IsComplete).Select(s => s.SystemName)];
            if (missing.Count == 0 || attempt == options.AttemptsMax)
            {
                await journal.ObserveAsync(new CaseObserved(id, view.Round, seen, ChainsLeft(estate, view)), cancellationToken);
                return estate;
            }

            await Task.Delay(Retry.Backoff(attempt, options), time, cancellationToken);
        }
    }

    private static SystemSeen SeenOf(SystemCoverage system, DateTimeOffset startedAt) => new(
        system.SystemName,
        system.ObservedAt,
        system.LastError is null && system.ObservedAt >= startedAt,
        system.LastError?.Detail ?? (system.Gaps.Count == 0 ? null : $"not covered: {string.Join(", ", system.Gaps.Select(g => g.Scope).Take(10))}"));

    private int ChainsLeft(IEstate estate, CaseView view) => view.Single is null
        ? estate.Graph.AccessOf(NodeId.Parse(view.Subject), time.GetUtcNow(), QueryLimits.Default, CancellationToken.None).Value.Count
        : 0;
}
