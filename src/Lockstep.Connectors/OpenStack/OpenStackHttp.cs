using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lockstep.Connectors.OpenStack;

/// <summary>Makes one call at a time, bounded in time, and turns every way to fail into a value.</summary>
internal sealed class OpenStackHttp(HttpClient http, Uri address, OpenStackErrors errors, TimeSpan timeout, TimeProvider time)
    : IDisposable
{
    /// <summary>Gets the mapping of failures.</summary>
    public OpenStackErrors Errors => errors;

    /// <summary>Makes a carrier. Redirects are not followed: a token must not travel to where somebody else says.</summary>
    public static OpenStackHttp Create(
        Uri address, OpenStackErrors errors, HttpMessageHandler? handler, TimeSpan timeout, TimeProvider time)
    {
#pragma warning disable CA2000 // The client owns the handler, and what is returned owns the client.
        var own = handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var client = new HttpClient(own, disposeHandler: handler is null) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA2000
        return new(client, address, errors, timeout, time);
    }

    /// <summary>Sends a call; a 404 is an absence.</summary>
    /// <param name="call">What to send.</param>
    /// <param name="token">The token to send it with, or <see langword="null"/> for a login.</param>
    /// <param name="read">Takes from the answer what is wanted; runs only after a success.</param>
    public async Task<Reply<T>> SendAsync<T>(
        OpenStackCall call, string? token, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            using var request = Request(call, token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return response switch
            {
                { IsSuccessStatusCode: true } => new(response.StatusCode, await read(response, both.Token), null),
                { StatusCode: HttpStatusCode.NotFound } => new(response.StatusCode, default, null),
                { StatusCode: HttpStatusCode.Conflict } when call.ConflictIsFine => new(response.StatusCode, default, null),
                _ => new(response.StatusCode, default, errors.OfStatus(response, call.What, time))
                {
                    Refusal = call.ReadsRefusal && response.StatusCode is HttpStatusCode.BadRequest
                        ? await response.Content.ReadAsStringAsync(both.Token)
                        : null,
                },
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(0, default, errors.Unreachable(call.What, $"nothing within {timeout.TotalSeconds:0.#} s"));
        }
        catch (JsonException)
        {
            // The exception may quote the answer, and an answer may hold a secret: it is not carried on.
            return new(0, default, errors.Malformed(call.What));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new(0, default, errors.Unreachable(call.What, Why(broken)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(call.Body);
        }
    }

    /// <summary>Reads an answer as JSON of the given shape; a missing field is an error.</summary>
    public static Func<HttpResponseMessage, CancellationToken, Task<T>> Json<T>(JsonTypeInfo<T> shape) => async (response, cancel) =>
    {
        using var body = await response.Content.ReadAsStreamAsync(cancel);
        return await JsonSerializer.DeserializeAsync(body, shape, cancel) ?? throw new JsonException();
    };

    /// <summary>Reads nothing of the answer but that it was a success.</summary>
    public static Task<bool> Nothing(HttpResponseMessage response, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string Why(Exception broken) => broken is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } known
        ? known.HttpRequestError.ToString()
        : broken.GetType().Name;

    private HttpRequestMessage Request(OpenStackCall call, string? token)
    {
        var request = new HttpRequestMessage(call.Method, new Uri($"{address.AbsoluteUri.TrimEnd('/')}/{call.Path}"));
        request.Headers.Accept.Add(new(call.Accept));
        foreach (var (name, value) in call.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        }

        if (call.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(call.Body);
            request.Content.Headers.ContentType = new(call.ContentType);
        }

        return request;
    }
}
