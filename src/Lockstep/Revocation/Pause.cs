namespace Lockstep.Revocation;

/// <summary>Waits for an instant, however far away: a timer takes no more than 49 days.</summary>
internal static class Pause
{
    private static readonly TimeSpan StepMax = TimeSpan.FromDays(1);

    public static async Task UntilAsync(DateTimeOffset instant, TimeProvider time, CancellationToken cancellationToken)
    {
        while (instant - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < StepMax ? wait : StepMax, time, cancellationToken);
        }
    }
}
