using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Lockstep.Connectors;

namespace Lockstep.Testing.Contracts;

/// <summary>A proxy on loopback in front of a real HTTP server that lies, or breaks, request by request. Logins pass always.</summary>
public sealed class HttpFaultProxy : ILyingSystem
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly ConcurrentDictionary<string, Answer> _before = new();
    private readonly int _serverPort;
    private readonly Task _serving;
    private int _fired;

    public HttpFaultProxy(int serverPort)
    {
        (_serverPort, Port) = (serverPort, FreePort());
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Gets the port to give to the connector.</summary>
    public int Port { get; }

    /// <inheritdoc/>
    public int Fired => Volatile.Read(ref _fired);

    /// <summary>Gets the fault in force.</summary>
    public HttpFault Fault { get; private set; }

    /// <inheritdoc/>
    public IConnector Connect(IConnectorSubject subject) => subject.Connect(Port);

    /// <inheritdoc/>
    public void Set(HttpFault fault)
    {
        Fault = fault;
        Interlocked.Exchange(ref _fired, 0);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _http.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> answering = [];
        try
        {
            while (true)
            {
                answering.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            await WriteAsync(context.Response, await DecideAsync(context.Request, body.ToArray()));
        }
        catch (Exception broken) when (broken is HttpListenerException or HttpRequestException or IOException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }

    private async Task<Answer> DecideAsync(HttpListenerRequest request, byte[] body)
    {
        var path = request.Url!.PathAndQuery;
        var isLogin = path.Contains("auth/tokens", StringComparison.Ordinal) && request.HttpMethod == "POST"
            || path.Contains("lookup-self", StringComparison.Ordinal);
        var asks = request.HttpMethod is "GET" or "HEAD" or "LIST" || path.Contains("lookup", StringComparison.Ordinal)
            || path.Contains("capabilities", StringComparison.Ordinal);
        var fault = isLogin ? HttpFault.None : Fault;
        var key = $"{request.HttpMethod} {path} {Convert.ToHexString(body)}";
        switch (fault)
        {
            case HttpFault.Answers500:
                return Fire(new Answer(500, [], "{}"u8.ToArray()));
            case HttpFault.Answers503WithRetryAfter:
                return Fire(new Answer(503, [("Retry-After", "1")], "{}"u8.ToArray()));
            case HttpFault.Answers429WithRetryAfter:
                return Fire(new Answer(429, [("Retry-After", "1")], "{}"u8.ToArray()));
            case HttpFault.Answers429:
                return Fire(new Answer(429, [], "{}"u8.ToArray()));
            case HttpFault.Answers401:
                return Fire(new Answer(401, [], "{}"u8.ToArray()));
            case HttpFault.SwallowsWrites when !asks:
                return Fire(request.HttpMethod is "DELETE" or "PUT" ? new Answer(204, [], []) : new Answer(200, [], "{}"u8.ToArray()));
            case HttpFault.ReplaysOldAnswers when asks && _before.TryGetValue(key, out var old):
                return Fire(old);
        }

        var answer = await AskAsync(request, body);
        if (fault == HttpFault.None)
        {
            _before[key] = answer;
        }

        return fault switch
        {
            HttpFault.CutsBody when answer.Body.Length > 1 => Fire(answer with { IsCut = true }),
            HttpFault.DropsLastPage when IsLaterPage(path) => Fire(answer with { Body = Emptied(answer.Body) }),
            _ => answer,
        };
    }

    private Answer Fire(Answer answer)
    {
        Interlocked.Increment(ref _fired);
        return answer;
    }

    private static bool IsLaterPage(string path) =>
        path.Contains("marker=", StringComparison.Ordinal)
        || (path.Contains("offset=", StringComparison.Ordinal) && !path.Contains("offset=0", StringComparison.Ordinal));

    private static byte[] Emptied(byte[] body)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        foreach (var name in json.Where(p => p.Value is JsonArray).Select(p => p.Key).ToList())
        {
            json[name] = new JsonArray();
        }

        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private async Task<Answer> AskAsync(HttpListenerRequest request, byte[] body)
    {
        var uri = new UriBuilder(request.Url!) { Port = _serverPort }.Uri;
        using var onward = new HttpRequestMessage(new HttpMethod(request.HttpMethod), uri);
        onward.Content = body.Length > 0 || request.ContentType is not null ? new ByteArrayContent(body) : null;
        foreach (var name in request.Headers.AllKeys.OfType<string>().Where(n => n is not ("Host" or "Content-Length" or "Connection")))
        {
            if (!onward.Headers.TryAddWithoutValidation(name, request.Headers[name]))
            {
                onward.Content?.Headers.TryAddWithoutValidation(name, request.Headers[name]);
            }
        }

        using var response = await _http.SendAsync(onward);
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(h => h.Key is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Date" or "Server"))
            .Select(h => (h.Key, string.Join(", ", h.Value))).ToList();
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    private static async Task WriteAsync(HttpListenerResponse response, Answer answer)
    {
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentLength64 = answer.Body.Length;
        if (answer.IsCut)
        {
            await response.OutputStream.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2));
            await response.OutputStream.FlushAsync();
            response.Abort();
            return;
        }

        await response.OutputStream.WriteAsync(answer.Body);
        response.Close();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Answer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
    {
        public bool IsCut { get; init; }
    }
}
