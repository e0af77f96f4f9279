using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenBao;

/// <summary>The calls that the connector makes, each with our token.</summary>
internal sealed class BaoApi(OpenStackHttp http, OpenBaoSettings settings)
{
    private static readonly HttpMethod ListMethod = new("LIST");

    /// <summary>Gets the mapping of failures.</summary>
    public OpenStackErrors Errors => http.Errors;

    /// <summary>Reads one thing.</summary>
    public Task<Reply<JsonObject>> GetAsync(string path, string what, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, path, what), cancellationToken);

    /// <summary>Sends a change or a question that has a body.</summary>
    public Task<Reply<JsonObject>> PostAsync(string path, string what, Action<Utf8JsonWriter> body, CancellationToken cancellationToken) =>
        SendAsync(new OpenStackCall(HttpMethod.Post, path, what).With(body), cancellationToken);

    /// <summary>Lists the keys below a path. OpenBao answers 404 for an empty list.</summary>
    public async Task<Reply<IReadOnlyList<string>>> ListAsync(string path, string what, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(new(ListMethod, path, what), cancellationToken);
        return reply switch
        {
            { IsAbsent: true } => new(HttpStatusCode.OK, [], null),
            { Error: { } error } => new(reply.Status, null, error),
            { Value: { } answer } when answer["keys"] is JsonArray => new(reply.Status, answer.Texts("keys"), null),
            _ => new(reply.Status, null, Errors.Malformed(what)),
        };
    }

    /// <summary>Asks about our own token: the one question whose refusal means that the token itself is not taken.</summary>
    public async Task<Reply<JsonObject>> SelfAsync(CancellationToken cancellationToken)
    {
        var reply = await GetAsync("auth/token/lookup-self", "look up our own token", cancellationToken);
        return reply.Error is { Kind: ConnectorErrorKind.Forbidden }
            ? reply with
            {
                Error = new("LS2501", ConnectorErrorKind.Unauthenticated, "OpenBao does not accept our token (look up our own token: 403)"),
            }
            : reply;
    }

    /// <summary>Sends a call and reads what the answer has under <c>data</c>.</summary>
    public Task<Reply<JsonObject>> SendAsync(OpenStackCall call, CancellationToken cancellationToken) =>
        SendAsync(call, ReadAsync, cancellationToken);

    /// <summary>Sends a call.</summary>
    public async Task<Reply<T>> SendAsync<T>(
        OpenStackCall call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        SecretText token;
        try
        {
            token = await SecretSourceException.ReadAsync(settings.Token, cancellationToken);
        }
        catch (SecretSourceException missing)
        {
            return new(0, default, new("LS2501", ConnectorErrorKind.Unauthenticated, $"our own token cannot be read: {missing.Message}"));
        }

        using (token)
        {
            var headers = new List<(string, string)> { ("X-Vault-Token", token.RevealString()), ("X-Vault-Request", "true") };
            if (settings.Namespace is { } inside)
            {
                headers.Add(("X-Vault-Namespace", inside));
            }

            return await http.SendAsync(call with { Path = "v1/" + call.Path, Headers = headers }, token: null, read, cancellationToken);
        }
    }

    /// <summary>Escapes a path segment by segment.</summary>
    public static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.NoContent)
        {
            return [];
        }

        using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await JsonNode.ParseAsync(body, cancellationToken: cancellationToken) as JsonObject ?? throw new JsonException();
        return answer["data"] as JsonObject ?? [];
    }
}
