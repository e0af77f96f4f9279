using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Lockstep.Lab;

/// <summary>A system's HTTP answer.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Body">The body as JSON; null where it is empty or something else.</param>
/// <param name="Text">The body as it came.</param>
/// <param name="Headers">Response headers.</param>
public sealed record LabHttpAnswer(int Status, JsonNode? Body, string Text, HttpResponseHeaders Headers);

/// <summary>
/// JSON over HTTP for seeding. Failures name method, path and status but never a body that was sent. The adversary does not use
/// this: it uses the systems' own clients.
/// </summary>
public sealed class LabHttp : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;

    /// <summary>
    /// Talks to <paramref name="address"/>, for example <c>http://127.0.0.1:15000</c>, sending <paramref name="headers"/> each time.
    /// </summary>
    public LabHttp(string address, IReadOnlyDictionary<string, string>? headers = null)
    {
        _client = new HttpClient { BaseAddress = new Uri(address), Timeout = Limit };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
        {
            _client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Sends and returns the answer whatever its status.</summary>
    public async Task<LabHttpAnswer> TryAsync(string method, string path, JsonNode? body = null, string accept = "",
        CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (accept.Length > 0)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            request.Content.Headers.ContentType!.CharSet = null;
        }

        using var response = await _client.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        return new LabHttpAnswer((int)response.StatusCode, Json(text), text, response.Headers);
    }

    /// <summary>Sends and fails where the status is not a success.</summary>
    public async Task<LabHttpAnswer> SendAsync(string method, string path, JsonNode? body = null, string accept = "",
        CancellationToken cancellation = default)
    {
        var answer = await TryAsync(method, path, body, accept, cancellation);
        return answer.Status is >= 200 and < 300
            ? answer
            : throw new LabException("LS8004",
                $"{method} {path} answered {answer.Status}: {answer.Text[..Math.Min(300, answer.Text.Length)]}");
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private static JsonNode? Json(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
