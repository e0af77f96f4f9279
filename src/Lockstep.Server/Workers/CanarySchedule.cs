using Lockstep.Revocation;

namespace Lockstep.Server.Workers;

/// <summary>Cuts the canaries on their schedules: first when the estate is known, then every so often, one account at a time.</summary>
internal sealed class CanarySchedule(
    Canaries canaries, ConnectedSystems systems, TimeProvider time, ILogger<CanarySchedule> log) : BackgroundService
{
    private static readonly TimeSpan LeastEvery = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        canaries.Places.GroupBy(p => p.AccountSystem).Select(account => RunAsync(
            account.Key, account.Min(p => systems.Configs[p.SystemName].CanaryEvery), stoppingToken)));

    private async Task RunAsync(string accountSystem, TimeSpan every, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every < LeastEvery ? LeastEvery : every, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                if (await canaries.RunAsync(accountSystem, cancellationToken) is CanaryRound.NotMeasured not)
                {
                    log.CanaryNotMeasured(not.SystemName, not.Error.Code, not.Error.Detail);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                log.CanaryFailed(accountSystem, e);
            }
        }
    }
}
