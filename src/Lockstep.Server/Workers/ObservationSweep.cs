using Lockstep.Connectors;
using Lockstep.Server.Config;

namespace Lockstep.Server.Workers;

/// <summary>Looks at all systems, over and over: fully at first and every hour, otherwise at what changed.</summary>
internal sealed class ObservationSweep(
    Observer observer, OpeningProver prover, ConnectedSystems systems, LockstepConfig config, TimeProvider time,
        ILogger<ObservationSweep> log)
    : BackgroundService
{
    private static readonly TimeSpan FullEvery = TimeSpan.FromHours(1);

    /// <summary>Looks at systems together, bounded, then proves what the vaults among them open. No failure of one stops another.</summary>
    public async Task<IReadOnlyList<Look>> SweepAsync(IReadOnlyCollection<string> names, bool isFull, CancellationToken cancellationToken)
    {
        var looks = new Look?[names.Count];
        await Parallel.ForEachAsync(
            names.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = config.ObserveParallel, CancellationToken = cancellationToken },
            async (one, token) => looks[one.Index] = await observer.LookAsync(one.Item, isFull, token));
        await prover.ProveAsync(names, cancellationToken);
        return [.. looks.OfType<Look>()];
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var names = systems.Connectors.Keys.Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            return;
        }

        var watches = Task.WhenAll(systems.Connectors.Values.OfType<IWatchAccess>().Select(w => WatchAsync(w, stoppingToken)));
        using var timer = new PeriodicTimer(config.ObserveEvery, time);
        DateTimeOffset? lastFull = null;
        do
        {
            var isFull = lastFull is not { } last || time.GetUtcNow() - last >= FullEvery;
            lastFull = isFull ? time.GetUtcNow() : lastFull;
            await SweepAsync(names, isFull, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));

        await watches;
    }

    /// <summary>
    /// Looks again, incrementally, whenever a system says that something changed; the sweep finds what a broken watch misses.
    /// </summary>
    private async Task WatchAsync(IWatchAccess watching, CancellationToken cancellationToken)
    {
        var isUpToDate = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var observation in watching.WatchAsync(cancellationToken))
                {
                    if (observation is Observation.Complete)
                    {
                        isUpToDate = true;
                    }
                    else if (isUpToDate)
                    {
                        await observer.LookAsync(watching.SystemName, isFull: false, cancellationToken);
                    }
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                log.WatchBroke(watching.SystemName, e.Message);
            }

            await Task.Delay(config.ObserveEvery, time, cancellationToken);
        }
    }
}
