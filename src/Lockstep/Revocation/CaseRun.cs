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
    private readonly CaseListing _listing = new(world, journal, options, time);

    public async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        if (View(id).Round == 0)
        {
            await PlanRoundAsync(id, world.Estate, isLast: false, cancellationToken);
        }

        await RunRoundsAsync(id, cancellationToken);
    }

    /// <summary>Tries again what was left with a clock, once the clock has run out.</summary>
    public async Task LookAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        foreach (var step in View(id).Steps.Where(s => s.State == StepState.Residual && s.Plan.Cut is not null))
        {
            await _steps.RunAsync(id, step.Plan.Index, cancellationToken);
        }

        await RunRoundsAsync(id, cancellationToken);
    }

    /// <summary>Makes the plan of a case as things stand: the same for a dry run and for the run.</summary>
    public static CasePlan PlanOf(ICaseWorld world, IEstate estate, CaseView view, DateTimeOffset now)
    {
        var planner = new CasePlanner(Capabilities(world));
        return view.Single is { } cut
            ? planner.PlanOne(estate, cut, now)
            : planner.Plan(estate, NodeId.Parse(view.Subject), now, view.Steps);
    }

    private static Dictionary<string, SystemCapabilities> Capabilities(ICaseWorld world) =>
        world.Connectors.ToDictionary(c => c.Key, c => SystemCapabilities.Of(c.Value));

    private CaseView View(Guid id) => book.Find(id)!;

    private static List<CaseStepView> HeldBack(CaseView view) =>
        [.. view.Steps.Where(s => s.State == StepState.Pending && s.Plan.Phase == CasePhase.Rotate)];

    private async Task RunRoundsAsync(Guid id, CancellationToken cancellationToken)
    {
        var hasMore = true;
        for (var round = 1; hasMore; round++)
        {
            await RunPhasesAsync(id, cancellationToken);
            var estate = await _listing.ObserveAsync(View(id), cancellationToken);
            await new OutlivedCuts(journal).SayAsync(View(id), estate, cancellationToken);
            hasMore = await PlanRoundAsync(id, estate, isLast: round >= options.RoundsMax, cancellationToken);
        }

        await LeaveHeldBackAsync(id, cancellationToken);
        await journal.CloseAsync(CaseEnding.Of(View(id)), cancellationToken);
    }

    /// <summary>
    /// Plans what is not yet done; false if there is nothing more. The last round is not run: what is still new in it is said.
    /// </summary>
    private async Task<bool> PlanRoundAsync(Guid id, IEstate estate, bool isLast, CancellationToken cancellationToken)
    {
        var view = View(id);
        var plan = PlanOf(world, estate, view, time.GetUtcNow());
        var isFreed = HeldBack(view).Exists(s => RotationGate.WhyNot(estate, view, s.Plan, time.GetUtcNow()) is null);
        var next = NextSteps.Of(plan, view, estate, isFreed);
        IReadOnlyList<PlannedStep> steps = [.. next.Select((s, i) => s with { Index = view.Steps.Count + i })];
        steps = new AtlasReading(estate, Capabilities(world), plan.Chains).Of(steps, [.. view.Steps.Select(s => s.Plan), .. steps]);
        if (isLast && steps.Count > 0)
        {
            var why = $"still new after {options.RoundsMax} rounds: something makes access as fast as it is cut";
            var restless = steps.Select(s => new UncutAccess(s.What, why));
            (plan, steps) = (plan with { Uncut = [.. plan.Uncut, .. restless] }, []);
        }

        await journal.PlanAsync(id, view.Round + 1, plan, steps, cancellationToken);
        return !isLast && (steps.Count > 0 || isFreed);
    }

    private async Task RunPhasesAsync(Guid id, CancellationToken cancellationToken)
    {
        foreach (var phase in Enum.GetValues<CasePhase>())
        {
            var view = View(id);
            var open = view.Steps.Where(s => !s.IsSettled && s.Plan.Phase == phase).ToList();
            if (phase == CasePhase.Rotate)
            {
                // What was begun is finished: the vault has the new value already.
                open.RemoveAll(s =>
                    s.State == StepState.Pending && RotationGate.WhyNot(world.Estate, view, s.Plan, time.GetUtcNow()) is not null);
            }

            var systems = open.GroupBy(s => s.Plan.SystemName);
            await Task.WhenAll(systems.SelectMany(system => Workers(id, new(system), cancellationToken)));
        }
    }

    /// <summary>As many side by side as a system is asked to bear, each taking the next open step.</summary>
    private IEnumerable<Task> Workers(Guid id, Queue<CaseStepView> open, CancellationToken cancellationToken)
    {
        var count = Math.Min(options.ConcurrencyPerSystemMax, open.Count);
        return [.. Enumerable.Range(0, count).Select(_ => WorkAsync(id, open, cancellationToken))];
    }

    private async Task WorkAsync(Guid id, Queue<CaseStepView> open, CancellationToken cancellationToken)
    {
        while (true)
        {
            CaseStepView? step;
            lock (open)
            {
                if (!open.TryDequeue(out step))
                {
                    return;
                }
            }

            await (step.Plan.Phase == CasePhase.WaitForCaches
                ? WaitAsync(View(id), step, cancellationToken)
                : _steps.RunAsync(id, step.Plan.Index, cancellationToken));
        }
    }

    /// <summary>
    /// Waits until an answer from a cache can no longer be given; counted from the last cut before it, never from earlier.
    /// </summary>
    private async Task WaitAsync(CaseView view, CaseStepView step, CancellationToken cancellationToken)
    {
        var e = new StepEvent(view.Id, step.Plan.Index, step.Attempts + 1);
        var cuts = view.Steps.Where(s => s.Plan.Phase != CasePhase.WaitForCaches && s.State != StepState.Pending);
        var from = cuts.Max(s => s.LastAcknowledgedAt) ?? time.GetUtcNow();
        var until = from + (step.Plan.DenialBound ?? TimeSpan.Zero) + options.CacheMargin;
        await journal.StepAsync(CaseEntries.Sent, e, cancellationToken);
        var running = e with { Until = until, Evidence = $"last cut at {from:O}; served from the cache until {until:O} at the latest" };
        await journal.StepAsync(CaseEntries.Acknowledged, running, cancellationToken);
        await Pause.UntilAsync(until, time, cancellationToken);
        var over = e with { Evidence = $"after {until:O} the cache gives nothing from before the last cut", Proof = ProofKind.Listing };
        await journal.StepAsync(CaseEntries.Proven, over, cancellationToken);
    }

    private async Task LeaveHeldBackAsync(Guid id, CancellationToken cancellationToken)
    {
        foreach (var step in HeldBack(View(id)))
        {
            var why = RotationGate.WhyNot(world.Estate, View(id), step.Plan, time.GetUtcNow()) ?? "what it waited for ended too late";
            await journal.StepAsync(
                CaseEntries.Residual, new StepEvent(id, step.Plan.Index, step.Attempts) { Evidence = $"not rotated: {why}" },
                    cancellationToken);
        }
    }
}
