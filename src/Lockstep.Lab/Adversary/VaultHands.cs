using System.Text.Json.Nodes;
using Lockstep.Lab.Seed;

namespace Lockstep.Lab.Adversary;

/// <summary>
/// What an adversary takes from OpenBao while it may: tokens of three kinds, a secret-id that lay in a file, a database user.
/// </summary>
internal sealed class VaultHands(LabEstate estate, string url, string identity, DatabaseDoors database, List<Door> doors)
{
    private readonly BaoDoors _vault = new(url);

    /// <summary>Takes everything; the open session on the dynamic database user is the caller's to close.</summary>
    public async Task<OpenSession> TakeAsync(LabFolder folder)
    {
        var login = new JsonObject { ["password"] = estate.Holdings.Bao[identity].Reveal() };
        var path = $"/v1/auth/userpass/login/{identity}";
        var token = await TokenAsync("POST", path, null, login);
        doors.Add(_vault.Login("openbao password", "vault account", path, login));
        doors.Add(_vault.Read("openbao token", "vault account -> token -> KV secret", token));
        var batch = await TokenAsync("POST", "/v1/auth/token/create", token, new JsonObject { ["type"] = "batch", ["ttl"] = "1h" });
        doors.Add(_vault.Read("openbao batch token", "token -> batch token -> KV secret", batch));
        var orphan = await TokenAsync("POST", "/v1/auth/token/create-orphan", token, new JsonObject { ["ttl"] = "1h" });
        doors.Add(_vault.Read("openbao orphan token", "token -> orphan token -> KV secret", orphan));
        if (estate.Holdings.AppRoleSecretId is { } secretId)
        {
            var credentials = new JsonObject { ["role_id"] = estate.Holdings.AppRoleId, ["secret_id"] = secretId.Reveal() };
            doors.Add(_vault.Login("AppRole secret-id", "secret-id that lay in a file -> workload's token", "/v1/auth/approle/login",
                credentials));
        }

        return await TakeDatabaseUserAsync(token, folder);
    }

    private async Task<OpenSession> TakeDatabaseUserAsync(LabSecret token, LabFolder folder)
    {
        var lease = await _vault.SendAsync("GET", "/v1/database/creds/payments-reader", token);
        var role = (string?)lease.Body?["data"]?["username"] ?? throw Failed("database lease", lease);
        var password = new LabSecret((string)lease.Body!["data"]!["password"]!);
        folder.Write("dynamic-role", role);
        doors.Add(database.Login("dynamic database user", "token -> lease -> database role", role, () => password));
        var session = await OpenSession.OpenAsync(database.Arguments(role), database.Environment(role, password, "dynamic-session.pgpass"));
        doors.Add(new Door(
            "open session of the dynamic database user", "postgresql", "lease -> database role -> open session",
            () => session.AskAsync(DatabaseDoors.Question)));
        return session;
    }

    private async Task<LabSecret> TokenAsync(string method, string path, LabSecret? token, JsonObject body)
    {
        var answer = await _vault.SendAsync(method, path, token, body.DeepClone());
        return (string?)answer.Body?["auth"]?["client_token"] is { } made ? new LabSecret(made) : throw Failed(path, answer);
    }

    private LabException Failed(string what, CurlAnswer answer) =>
        new("LS8006", $"{identity}: {what} does not work at the start: {answer.Judge(what).Evidence}");
}
