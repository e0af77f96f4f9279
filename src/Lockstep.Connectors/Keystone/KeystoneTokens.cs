using System.Text.Json;
using Lockstep.Connectors.OpenStack;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>A token of ours, and what it is good for.</summary>
internal sealed record KeystoneToken(
    string Value, DateTimeOffset ExpiresAt, string UserId, string? ProjectId, string? ProjectName, IReadOnlyList<IdRef> Roles)
{
    /// <inheritdoc/>
    public override string ToString() => "(secret)";
}

/// <summary>Logs in, and keeps the token of each scope until shortly before it expires.</summary>
internal sealed class KeystoneTokens(OpenStackHttp http, KeystoneLogin login, TimeProvider time) : IDisposable
{
    /// <summary>Asks for a token without any scope, which finds out to which projects we may log in.</summary>
    public const string Unscoped = "unscoped";

    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);
    private readonly Dictionary<string, KeystoneToken> _tokens = [];
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Gets a token for a project by id, for <see cref="Unscoped"/>, or (null) for the login's own scope.</summary>
    public async Task<Reply<KeystoneToken>> GetAsync(string? scope, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_tokens.TryGetValue(scope ?? "", out var kept) && kept.ExpiresAt - Early > time.GetUtcNow())
            {
                return new(System.Net.HttpStatusCode.OK, kept, null);
            }

            var reply = await LogInAsync(scope, cancellationToken);
            if (reply.Value is { } token)
            {
                _tokens[scope ?? ""] = token;
            }

            return reply.IsAbsent ? reply with { Error = http.Errors.Malformed("log in") } : reply;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Forgets a token that was refused, so that the next call logs in anew.</summary>
    public async Task ForgetAsync(KeystoneToken token, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            foreach (var (scope, _) in _tokens.Where(kept => ReferenceEquals(kept.Value, token)).ToList())
            {
                _tokens.Remove(scope);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Sends a call with a token of the scope; once more with a new token if the first was refused.</summary>
    public async Task<Reply<T>> SendAsync<T>(
        OpenStackHttp to,
        string? scope,
        Func<OpenStackCall> call,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        for (var isLast = false; ; isLast = true)
        {
            var token = await GetAsync(scope, cancellationToken);
            if (token.Value is null)
            {
                return new(token.Status, default, token.Error);
            }

            var reply = await to.SendAsync(call(), token.Value.Value, read, cancellationToken);
            if (isLast || reply.Error?.Kind is not ConnectorErrorKind.Unauthenticated)
            {
                return reply;
            }

            await ForgetAsync(token.Value, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<Reply<KeystoneToken>> LogInAsync(string? scope, CancellationToken cancellationToken)
    {
        try
        {
            using var secret = await login.Secret.ReadAsync(cancellationToken);
            var call = new OpenStackCall(HttpMethod.Post, "auth/tokens", "log in")
                .With(json => json.WriteObject("auth", auth => KeystoneAuth.Write(auth, login, secret, scope)));
            return await http.SendAsync(call, token: null, ReadAsync, cancellationToken);
        }
        catch (IOException absent)
        {
            return new(0, null, new("LS2210", ConnectorErrorKind.Unauthenticated, $"our own credential cannot be read: {absent.Message}"));
        }
    }

    private static async Task<KeystoneToken> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = (await OpenStackHttp.Json(KeystoneJson.Default.TokenAnswer)(response, cancellationToken)).Token;
        var value = response.Headers.TryGetValues("X-Subject-Token", out var values) ? values.FirstOrDefault() : null;
        return OpenStackTime.Find(body.ExpiresAt) is { } expiresAt && value is { Length: > 0 }
            ? new(value, expiresAt, body.User.Id, body.Project?.Id, body.Project?.Name, body.Roles ?? [])
            : throw new JsonException();
    }
}
