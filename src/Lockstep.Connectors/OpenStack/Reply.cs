using System.Net;

namespace Lockstep.Connectors.OpenStack;

/// <summary>What one call gave: a value, an absence (404), or an error.</summary>
internal sealed record Reply<T>(HttpStatusCode Status, T? Value, ConnectorError? Error)
{
    /// <summary>Gets the text of a 400, if the call asked for it. It is searched and never shown.</summary>
    public string? Refusal { get; init; }

    /// <summary>Gets a value indicating whether the system said that there is no such thing.</summary>
    public bool IsAbsent => Error is null && Status is HttpStatusCode.NotFound;

    /// <summary>Gets the value of a call that must have one; a failed call breaks the listing off.</summary>
    /// <exception cref="IncompleteObservationException">The call failed, or the thing is absent.</exception>
    public T OrBreakOff(string code) =>
        Error is null && Value is { } value ? value : throw new IncompleteObservationException(Error ?? Absent(code));

    private static ConnectorError Absent(string code) =>
        new(code, ConnectorErrorKind.Malformed, "the system answered 404 for a listing that every version has");
}
