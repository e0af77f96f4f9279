using System.Net;
using System.Net.Http.Headers;

namespace Lockstep.Connectors.OpenStack;

/// <summary>Says what each failed call means, with the diagnostic codes of one service: the only mapping there is.</summary>
internal sealed class OpenStackErrors(OpenStackCodes codes)
{
    /// <summary>Gets the code of an answer that broke the protocol.</summary>
    public string MalformedCode => codes.Malformed;

    /// <summary>Says what a refused or failed call means. A 404 is not an error here: only the caller knows what it asked for.</summary>
    public ConnectorError OfStatus(HttpResponseMessage response, string what, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        ConnectorError error = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized =>
                new(codes.Unauthenticated, ConnectorErrorKind.Unauthenticated,
                    $"{codes.System} does not accept our credential ({what}: 401)"),
            HttpStatusCode.Forbidden =>
                new(codes.Forbidden, ConnectorErrorKind.Forbidden, $"{codes.System} does not allow us to {what} (403)"),
            HttpStatusCode.TooManyRequests =>
                new(codes.Throttled, ConnectorErrorKind.Throttled, $"{codes.System} asks us to slow down ({what}: 429)"),
            HttpStatusCode.RequestTimeout =>
                new(codes.Unreachable, ConnectorErrorKind.Unreachable, $"{codes.System} gave up waiting ({what}: 408)"),

            // Barbican answers 500 for a token without scope, among others: nothing may be read into it, least of all a refusal.
            >= HttpStatusCode.InternalServerError =>
                new(codes.Broken, ConnectorErrorKind.Broken, $"{codes.System} failed inside ({what}: {status})"),
            _ => new(MalformedCode, ConnectorErrorKind.Malformed, $"{codes.System} answered {status} when asked to {what}"),
        };
        return error with { RetryAfter = After(response.Headers.RetryAfter, time) };
    }

    /// <summary>Nobody answered, or not in time.</summary>
    public ConnectorError Unreachable(string what, string why) =>
        new(codes.Unreachable, ConnectorErrorKind.Unreachable, $"{codes.System} did not answer ({what}: {why})");

    /// <summary>The answer is not what the protocol says.</summary>
    public ConnectorError Malformed(string what) =>
        new(MalformedCode, ConnectorErrorKind.Malformed, $"{codes.System} gave an answer that we cannot read ({what})");

    /// <summary>The listing was cut short by the server.</summary>
    public ConnectorError Truncated(string what) =>
        new(codes.PartialListing, ConnectorErrorKind.Unsupported,
            $"{codes.System} cuts the listing of {what} short; raise its `list_limit`");

    /// <summary>The listing changed each time while it was read.</summary>
    public ConnectorError Unsteady(string what) =>
        new(codes.PartialListing, ConnectorErrorKind.Broken, $"the listing of {what} changed while it was read, four times in a row");

    /// <summary>Not something that this connector can do.</summary>
    public ConnectorError Unsupported(string why) => new(codes.Unsupported, ConnectorErrorKind.Unsupported, why);

    private static TimeSpan? After(RetryConditionHeaderValue? header, TimeProvider time) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}
