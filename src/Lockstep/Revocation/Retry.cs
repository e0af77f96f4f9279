using System.Diagnostics;
using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>When a failed call is tried again: a switch over the kind of failure, with no case that guesses.</summary>
internal static class Retry
{
    /// <summary>The longest wait that a system may ask for; one that wants more is asked once more after this.</summary>
    private static readonly TimeSpan AskedMax = TimeSpan.FromHours(1);

    /// <summary>Says how long to wait, or <see langword="null"/> to give up.</summary>
    public static TimeSpan? DelayAfter(ConnectorError error, int attempt, CaseOptions options) =>
        attempt >= options.AttemptsMax || !IsPassing(error.Kind) ? null
        : error.RetryAfter is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, AskedMax.Ticks))
        : Backoff(attempt, options);

    /// <summary>Says whether the same call may go well a little later.</summary>
    public static bool IsPassing(ConnectorErrorKind kind) => kind switch
    {
        ConnectorErrorKind.Unreachable or ConnectorErrorKind.Throttled or ConnectorErrorKind.Broken => true,
        ConnectorErrorKind.Unauthenticated or ConnectorErrorKind.Forbidden or ConnectorErrorKind.Unsupported
            or ConnectorErrorKind.Malformed => false,
        _ => throw new UnreachableException($"Bug in Lockstep: unknown kind {kind}."),
    };

    /// <summary>Doubles with each attempt, up to the longest.</summary>
    public static TimeSpan Backoff(int attempt, CaseOptions options)
    {
        var factor = 1L << Math.Min(attempt - 1, 20);
        var ticks = Math.Min(options.RetryDelayMax.Ticks / (double)options.RetryDelay.Ticks, factor) * options.RetryDelay.Ticks;
        return TimeSpan.FromTicks((long)ticks);
    }
}
