using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenBao;

/// <summary>
/// Makes the canary's entity usable, and uses it: a token that was issued before. New logins are not tried again and again, since five
/// refused ones lock the name.
/// </summary>
internal sealed class BaoCanary(BaoApi api, OpenStackHttp http)
{
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        var (login, error) = await FindLoginAsync(account, cancellationToken);
        if (login is not { } place)
        {
            return new CutOutcome.Failed(error!);
        }

        var set = await api.PostAsync(
            $"auth/{place.Mount}users/{Uri.EscapeDataString(place.Name)}", "set the canary's password", json => json.WriteSecret("password", value),
            cancellationToken);
        var enabled = set.Error is null
            ? await api.PostAsync(
                $"identity/entity/id/{Uri.EscapeDataString(account.RawKey)}", "enable the canary", json => json.WriteBoolean("disabled", false),
                cancellationToken)
            : set;
        return BaoCuts.Changed(enabled, "POST /v1/auth/userpass/users and /v1/identity/entity/id", api.Errors);
    }

    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        var (login, error) = await FindLoginAsync(account, cancellationToken);
        if (login is not { } place)
        {
            return new CanaryOpening.Failed(error!);
        }

        var call = new OpenStackCall(HttpMethod.Post, $"v1/auth/{place.Mount}login/{Uri.EscapeDataString(place.Name)}", "log in as the canary")
            .With(json => json.WriteSecret("password", value));
        var answer = await http.SendAsync(call, token: null, TokenAsync, cancellationToken);
        return answer is { Error: null, Value: { } token }
            ? new CanaryOpening.Open(
                [new CanaryDoor("openbao/entity-token", SurvivalEnd.Refused, stop => UseAsync(token, stop)) { Held = new Kept(token) }])
            : new CanaryOpening.Failed(answer.Error ?? api.Errors.Malformed("log in as the canary"));
    }

    private static async Task<SecretText> TokenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await JsonNode.ParseAsync(body, cancellationToken: cancellationToken);
        return SecretText.FromString((string?)answer?["auth"]?["client_token"] ?? throw new System.Text.Json.JsonException());
    }

    /// <summary>Finds where the entity logs in with a password.</summary>
    private async Task<((string Mount, string Name)? Login, ConnectorError? Error)> FindLoginAsync(
        NodeId account, CancellationToken cancellationToken)
    {
        var entity = await api.GetAsync($"identity/entity/id/{Uri.EscapeDataString(account.RawKey)}", "read the canary", cancellationToken);
        if (entity.Error is { } error)
        {
            return (null, error);
        }

        var alias = (entity.Value?["aliases"] as JsonArray ?? []).OfType<JsonObject>()
            .FirstOrDefault(a => (string?)a["mount_type"] == "userpass");
        return alias is not null && (string?)alias["mount_path"] is { } mount && (string?)alias["name"] is { } name
            ? ((mount["auth/".Length..], name), null)
            : (null, api.Errors.Unsupported($"the canary `{account}` has no userpass login"));
    }

    private async Task<ProbeOutcome> UseAsync(SecretText token, CancellationToken cancellationToken)
    {
        var call = OpenStackCall.Get("v1/auth/token/lookup-self", "use the canary's token") with
        {
            Headers = [("X-Vault-Token", token.RevealString())],
        };
        return (await http.SendAsync(call, token: null, OpenStackHttp.Nothing, cancellationToken)).Error switch
        {
            null => new ProbeOutcome.Works("GET /v1/auth/token/lookup-self with the token: 200", Until: null),
            { Kind: ConnectorErrorKind.Forbidden } => new ProbeOutcome.Refused("GET /v1/auth/token/lookup-self with the token: 403"),
            { } error => new ProbeOutcome.Unknown(error),
        };
    }

    private sealed class Kept(SecretText token) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            token.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
