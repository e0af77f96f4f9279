using System.Text.Json.Nodes;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.Seed;

namespace Lockstep.Lab.Adversary;

/// <summary>Tries at Keystone and Barbican, with curl.</summary>
internal sealed class OpenStackDoors(LabEstate estate)
{
    private readonly string _keystone = estate.Connections.KeystoneUrl;

    public Task<CurlAnswer> LoginAsync(JsonNode login) => CurlClient.SendAsync("POST", _keystone + "/auth/tokens", body: login);

    public JsonNode PasswordLogin(string user, LabSecret password, string? project = null) =>
        KeystoneServer.PasswordLogin(user, password, project, estate.Cloud.DomainId);

    /// <summary>The trustee's log-in for the trust: its own password, scoped to the trust.</summary>
    public JsonNode TrustLogin(string user, LabSecret password)
    {
        var login = PasswordLogin(user, password);
        login["auth"]!["scope"] = new JsonObject { ["OS-TRUST:trust"] = new JsonObject { ["id"] = estate.Cloud.TrustId } };
        return login;
    }

    /// <summary>A new token.</summary>
    public Door NewToken(string name, string chain, JsonNode login) =>
        new(name, "keystone", chain, async () => (await LoginAsync(login)).Judge("POST /v3/auth/tokens"));

    /// <summary>An old token, asked at Keystone itself.</summary>
    public Door Token(string name, string chain, LabSecret token) =>
        new(name, "keystone", chain, async () =>
            (await CurlClient.SendAsync("GET", _keystone + "/auth/projects", token.Reveal())).Judge("GET /v3/auth/projects"));

    /// <summary>An old token at the vault; what it reads is handed to <paramref name="learn"/>.</summary>
    public static Door Vault(string name, string chain, LabSecret token, string reference, Action<LabSecret> learn) =>
        new(name, "barbican", chain, () => ReadAsync(token.Reveal(), reference, learn));

    /// <summary>A new token, then the vault with it.</summary>
    public Door LoginThenVault(string name, string chain, JsonNode login, string reference, Action<LabSecret> learn) =>
        new(name, "barbican", chain, async () =>
        {
            var answer = await LoginAsync(login);
            return answer.Token.Length > 0 ? await ReadAsync(answer.Token, reference, learn) : answer.Judge("POST /v3/auth/tokens");
        });

    /// <summary>Reads a secret; where the reference is a container, the newest secret in it.</summary>
    public static async Task<Answer> ReadAsync(string token, string reference, Action<LabSecret> learn)
    {
        var secret = reference;
        if (reference.Contains("/containers/", StringComparison.Ordinal))
        {
            var container = await CurlClient.SendAsync("GET", reference, token);
            if (container.Status != 200)
            {
                return container.Judge("GET container");
            }

            secret = container.Body?["secret_refs"]?.AsArray() is [.., { } last] ? (string)last["secret_ref"]! : "";
            if (secret.Length == 0)
            {
                return new Answer(AdversaryVerdict.Unclear, "the container is empty");
            }
        }

        var payload = await CurlClient.SendAsync("GET", secret + "/payload", token, accept: "text/plain");
        if (payload.Status == 200)
        {
            learn(new LabSecret(payload.Text));
        }

        return payload.Judge("GET payload");
    }
}
