using System.Net;
using System.Net.Http.Headers;

namespace Lockstep.Connectors.OpenStack;

/// <summary>Says what each failed call means, with the diagnostic codes of one system: the only mapping there is.</summary>
/// <param name="range">The first four characters of the codes, such as <c>LS22</c>.</param>
/// <param name="system">The system's name for people.</param>
internal sealed class OpenStackErrors(string range, string system)
{
    /// <summary>Gets the code of an answer that broke the protocol.</summary>
    public string MalformedCode => range + "06";

    /// <summary>Says what a refused or failed call means. A 404 is not an error here: only the caller knows what it asked for.</summary>
    public ConnectorError OfStatus(HttpResponseMessage response, string what, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        ConnectorError error = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized =>
                new(range + "01", ConnectorErrorKind.Unauthenticated, $"{system} does not accept our credential ({what}: 401)"),
            HttpStatusCode.Forbidden =>
                new(range + "02", ConnectorErrorKind.Forbidden, $"{system} does not allow us to {what} (403)"),
            HttpStatusCode.TooManyRequests =>
                new(range + "03", ConnectorErrorKind.Throttled, $"{system} asks us to slow down ({what}: 429)"),
            HttpStatusCode.RequestTimeout =>
                new(range + "05", ConnectorErrorKind.Unreachable, $"{system} gave up waiting ({what}: 408)"),

            // Barbican answers 500 for a token without scope, among others: nothing may be read into it, least of all a refusal.
            >= HttpStatusCode.InternalServerError =>
                new(range + "04", ConnectorErrorKind.Broken, $"{system} failed inside ({what}: {status})"),
            _ => new(MalformedCode, ConnectorErrorKind.Malformed, $"{system} answered {status} when asked to {what}"),
        };
        return error with { RetryAfter = After(response.Headers.RetryAfter, time) };
    }

    /// <summary>Nobody answered, or not in time.</summary>
    public ConnectorError Unreachable(string what, string why) =>
        new(range + "05", ConnectorErrorKind.Unreachable, $"{system} did not answer ({what}: {why})");

    /// <summary>The answer is not what the protocol says.</summary>
    public ConnectorError Malformed(string what) =>
        new(MalformedCode, ConnectorErrorKind.Malformed, $"{system} gave an answer that we cannot read ({what})");

    /// <summary>The listing was cut short by the server.</summary>
    public ConnectorError Truncated(string what) =>
        new(range + "07", ConnectorErrorKind.Unsupported, $"{system} cuts the listing of {what} short; raise its `list_limit`");

    /// <summary>The listing changed each time while it was read.</summary>
    public ConnectorError Unsteady(string what) =>
        new(range + "09", ConnectorErrorKind.Broken, $"the listing of {what} changed while it was read, four times in a row");

    /// <summary>Not something that this connector can do.</summary>
    public ConnectorError Unsupported(string why) => new(range + "08", ConnectorErrorKind.Unsupported, why);

    private static TimeSpan? After(RetryConditionHeaderValue? header, TimeProvider time) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}
