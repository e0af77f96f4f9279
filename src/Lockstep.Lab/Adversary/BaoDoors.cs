using System.Globalization;
using System.Text.Json.Nodes;

namespace Lockstep.Lab.Adversary;

/// <summary>Tries at OpenBao, with curl. A wrong password or secret-id is answered with 400 there, an unusable token with 403.</summary>
internal sealed class BaoDoors(string url)
{
    private const string Secret = "/v1/secret/data/payments/api-key";

    public Task<CurlAnswer> SendAsync(string method, string path, LabSecret? token, JsonNode? body = null) =>
        CurlClient.SendAsync(method, url + path, token?.Reveal() ?? "", body, tokenHeader: "X-Vault-Token");

    /// <summary>Reads the shared KV secret with a token that was kept.</summary>
    public Door Read(string name, string chain, LabSecret token) =>
        new(name, "openbao", chain, async () => (await SendAsync("GET", Secret, token)).Judge("GET secret/payments/api-key"));

    /// <summary>A new log-in. Five refused tries lock the alias there, also for good credentials: a test does not poll this one.</summary>
    public Door Login(string name, string chain, string path, JsonObject credentials) =>
        new(name, "openbao", chain, async () =>
        {
            var answer = await SendAsync("POST", path, null, credentials.DeepClone());
            return answer.Status == 400 && answer.Text.Contains("invalid", StringComparison.Ordinal)
                ? new Answer(AdversaryVerdict.Refused, string.Create(CultureInfo.InvariantCulture, $"POST {path}: HTTP 400 invalid"))
                : answer.Judge($"POST {path}");
        });
}
