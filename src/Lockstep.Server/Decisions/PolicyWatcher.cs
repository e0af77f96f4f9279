using Lockstep.Server.Access;
using Lockstep.Server.Workers;

namespace Lockstep.Server.Decisions;

/// <summary>Reads the policies again when one of their files changes.</summary>
/// <remarks>Asks for length and time instead of waiting for events, which editors, mounts and links to folders lose.</remarks>
internal sealed class PolicyWatcher(PolicyHolder policies, AccessPolicies access, TimeProvider time, ILogger<PolicyWatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        WatchAsync(policies, policies.LoadAsync, stoppingToken), WatchAsync(access.Holder, access.LoadAsync, stoppingToken));

    private async Task WatchAsync(
        PolicyHolder holder, Func<string, CancellationToken, Task<IReadOnlyList<PolicyProblem>>> load, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var seen = string.Empty;
        while (holder.HasFiles && await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Look(holder);
            if (now == seen)
            {
                continue;
            }

            seen = now;
            var problems = await load("lockstep", stoppingToken);
            if (problems.Count > 0)
            {
                log.PoliciesRefused(problems.Count, problems[0].ToString());
            }
            else
            {
                log.PoliciesLoaded(holder.Current.Digest);
            }
        }
    }

    private static string Look(PolicyHolder holder)
    {
        try
        {
            return string.Join('\n', holder.Watched.Select(
                f => new FileInfo(f) is { Exists: true } info ? $"{f} {info.Length} {info.LastWriteTimeUtc.Ticks}" : f));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
