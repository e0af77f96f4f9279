using Lockstep.Server.Config;
using Lockstep.Server.Workers;

namespace Lockstep.Server.Guardrails;

/// <summary>Reads the guardrails again when one of their files changes.</summary>
internal sealed class GuardrailWatcher(GuardrailHolder guardrails, LockstepConfig config, TimeProvider time, ILogger<GuardrailWatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var seen = string.Empty;
        while (config.Policy.Guardrails.Count > 0 && await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (Look() is var now && now != seen)
            {
                seen = now;
                var problems = await guardrails.LoadAsync("lockstep", stoppingToken);
                if (problems.Count > 0)
                {
                    log.PoliciesRefused(problems.Count, problems[0].ToString());
                }
            }
        }
    }

    private string Look()
    {
        try
        {
            return string.Join('\n', GuardrailFiles.Expand(config.Policy.Guardrails)
                .Select(f => new FileInfo(f) is { Exists: true } file ? $"{f} {file.Length} {file.LastWriteTimeUtc.Ticks}" : f));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
