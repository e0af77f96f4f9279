using System.Diagnostics;
using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>When a failed call is tried again: a switch over the kind of failure, with no case that guesses.</summary>
internal static class Retry
{
    /// <summary>Says how long to wait, or <see langword="null"/> to give up.</summary>
    public static TimeSpan? DelayAfter(ConnectorError error, int attempt, CaseOptions options) => error.Kind switch
    {
        _ when attempt >= options.AttemptsMax => null,
        ConnectorErrorKind.Unreachable or ConnectorErrorKind.Throttled or ConnectorErrorKind.Broken =>
            error.RetryAfter ?? Backoff(attempt, options),
        ConnectorErrorKind.Unauthenticated or ConnectorErrorKind.Forbidden or ConnectorErrorKind.Unsupported
            or ConnectorErrorKind.Malformed => null,
        _ => throw new UnreachableException($"Bug in Lockstep: unknown kind {error.Kind}."),
    };

    /// <summary>Doubles with each attempt, up to the longest.</summary>
    public static TimeSpan Backoff(int attempt, CaseOptions options)
    {
        var factor = 1L << Math.Min(attempt - 1, 20);
        var ticks = Math.Min(options.RetryDelayMax.Ticks / (double)options.RetryDelay.Ticks, factor) * options.RetryDelay.Ticks;
        return TimeSpan.FromTicks((long)ticks);
    }
}
