namespace Lockstep.Connectors;

/// <summary>What a caller can do about a failed call; the whole retry policy is a switch over this.</summary>
public enum ConnectorErrorKind
{
    /// <summary>Nobody answered in time. Retry with backoff; the call may have taken effect.</summary>
    Unreachable,

    /// <summary>Our own credential was rejected. Do not retry; a person must act.</summary>
    Unauthenticated,

    /// <summary>We are known but not allowed. Do not retry; a person must act.</summary>
    Forbidden,

    /// <summary>Asked to slow down. Retry after <see cref="ConnectorError.RetryAfter"/>.</summary>
    Throttled,

    /// <summary>The system failed inside (5xx). Retry with backoff; the call may have taken effect.</summary>
    Broken,

    /// <summary>The system cannot do this at all. Do not retry; show the residual access.</summary>
    Unsupported,

    /// <summary>The answer broke the protocol. Do not retry; report a bug against the connector or the system.</summary>
    Malformed,
}

/// <summary>A failed call to a connected system. An expected event, hence a value and not an exception.</summary>
/// <param name="Code">A stable diagnostic code such as <c>LS2103</c>, documented in docs/reference/diagnostics.</param>
/// <param name="Kind">What the caller can do about it.</param>
/// <param name="Detail">One sentence for an operator, without secrets: lower case, no full stop, user input in backticks.</param>
public sealed record ConnectorError(string Code, ConnectorErrorKind Kind, string Detail)
{
    /// <summary>Gets how long to wait before the next attempt, or <see langword="null"/> to use the caller's own backoff.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>
/// A listing broke off: nothing may be concluded from what was not seen. The only exception a connector throws on purpose.
/// </summary>
public sealed class IncompleteObservationException(ConnectorError error, Exception? inner = null)
    : Exception($"{error.Code}: {error.Detail}", inner)
{
    /// <summary>Gets what went wrong.</summary>
    public ConnectorError Error => error;
}
