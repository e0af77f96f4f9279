using System.Text.Json.Serialization.Metadata;
using Lockstep.Connectors.OpenStack;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>The calls that the connector makes, each under our own token.</summary>
internal sealed class KeystoneApi(OpenStackHttp http, KeystoneTokens tokens)
{
    /// <summary>Gets the mapping of failures.</summary>
    public OpenStackErrors Errors => http.Errors;

    /// <summary>Reads one thing.</summary>
    public Task<Reply<T>> GetAsync<T>(string path, string what, JsonTypeInfo<T> shape, CancellationToken cancellationToken) =>
        tokens.SendAsync(http, scope: null, () => OpenStackCall.Get(path, what), OpenStackHttp.Json(shape), cancellationToken);

    /// <summary>Changes something; the answer is only looked at for success. A 404 is an absence.</summary>
    public Task<Reply<bool>> SendAsync(Func<OpenStackCall> call, CancellationToken cancellationToken) =>
        tokens.SendAsync(http, scope: null, call, OpenStackHttp.Nothing, cancellationToken);

    /// <summary>Logs in.</summary>
    public Task<Reply<KeystoneToken>> OwnTokenAsync(CancellationToken cancellationToken) => tokens.GetAsync(scope: null, cancellationToken);

    /// <summary>Tries to log in as a user; gives the new token if that works.</summary>
    public Task<Reply<string>> TryLogInAsync(string userId, SecretText password, CancellationToken cancellationToken)
    {
        var call = new OpenStackCall(HttpMethod.Post, "auth/tokens", "try a login")
            .With(json => json.WriteObject("auth", auth => KeystoneAuth.WriteTry(auth, userId, password)));
        return http.SendAsync(call, token: null, (response, _) => Task.FromResult(Subject(response)), cancellationToken);
    }

    /// <summary>Says whether Keystone accepts a token when it is asked about it: true if so, absent if it does not.</summary>
    public Task<Reply<bool>> ValidateAsync(string token, CancellationToken cancellationToken) =>
        SendAsync(
            () => OpenStackCall.Get("auth/tokens", "validate a token") with { Headers = [("X-Subject-Token", token)] }, cancellationToken);

    /// <summary>Ends a token.</summary>
    public Task<Reply<bool>> RevokeAsync(string token, CancellationToken cancellationToken) =>
        SendAsync(
            () => OpenStackCall.Delete("auth/tokens", "revoke a token") with { Headers = [("X-Subject-Token", token)] }, cancellationToken);

    /// <summary>Gets the token that an answer to a login carries; empty if none.</summary>
    internal static string Subject(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Subject-Token", out var values) ? values.FirstOrDefault() ?? "" : "";
}
