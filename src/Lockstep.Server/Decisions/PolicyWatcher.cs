using Lockstep.Server.Config;
using Lockstep.Server.Workers;

namespace Lockstep.Server.Decisions;

/// <summary>Reads the policies again when one of their files changes.</summary>
/// <remarks>Asks for length and time instead of waiting for events, which editors, mounts and links to folders lose.</remarks>
internal sealed class PolicyWatcher(PolicyHolder policies, LockstepConfig config, TimeProvider time, ILogger<PolicyWatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var seen = string.Empty;
        while (config.Policy.Files.Count > 0 && await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = Look();
            if (now == seen)
            {
                continue;
            }

            seen = now;
            var problems = await policies.LoadAsync("lockstep", stoppingToken);
            if (problems.Count > 0)
            {
                log.PoliciesRefused(problems.Count, problems[0].ToString());
            }
            else
            {
                log.PoliciesLoaded(policies.Current.Digest);
            }
        }
    }

    private string Look()
    {
        try
        {
            return string.Join('\n', PolicyFiles.Expand(config.Policy)
                .Append(config.Policy.Schema).Append(config.Policy.Entities).OfType<string>()
                .Select(f => new FileInfo(f) is { Exists: true } info ? $"{f} {info.Length} {info.LastWriteTimeUtc.Ticks}" : f));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
