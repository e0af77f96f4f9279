using System.Text.Json.Nodes;
using Lockstep.Lab.Barbican;
using Lockstep.Lab.Keystone;

namespace Lockstep.Lab.Seed;

/// <summary>
/// Puts secrets into Barbican. A secret's value cannot be changed there, so the payments password lies in a container, whose id stays
/// while the secret in it is replaced; consumers ask the container first.
/// </summary>
internal sealed class VaultSeed(KeystoneServer keystone, BarbicanServer barbican, KeystoneSeed cloud)
{
    public Dictionary<string, string> Secrets { get; } = [];

    public string PaymentsContainer { get; private set; } = "";

    public async Task RunAsync(IReadOnlyDictionary<string, LabSecret> databasePasswords, string canary)
    {
        using var payments = await OpenAsync("payments");
        using var analytics = await OpenAsync("analytics");
        var app = await AddAsync(payments, "payments-db-password", databasePasswords["payments_app"], Opens("payments_app", "E1006"));
        var container = new JsonObject
        {
            ["name"] = "payments-db", ["type"] = "generic",
            ["secret_refs"] = new JsonArray(new JsonObject { ["name"] = "password", ["secret_ref"] = app }),
        };
        PaymentsContainer = (string)(await payments.SendAsync("POST", "/v1/containers", container)).Body!["container_ref"]!;

        // The same value in two places: what one of them gives away, the other does too.
        var shared = await AddAsync(payments, "reporting-db-password", databasePasswords["reporting_ro"], Opens("reporting_ro", "E1007"));
        await AddAsync(analytics, "reporting-db-password-copy", databasePasswords["reporting_ro"], []);

        // Nothing says what these open, so only the workload that keeps them may read them.
        await KeepPrivateAsync(payments, await AddAsync(payments, "payments-webhook-key", LabSecret.Generate(canary), []));
        await KeepPrivateAsync(
            analytics, await AddAsync(analytics, "warehouse-api-key", LabSecret.Generate(canary), new JsonObject { ["owner"] = "E1009" }));
        var readers = new JsonArray(cloud.Users["gwen"], cloud.RecycledUserId);
        await payments.SendAsync(
            "PUT", $"{PathOf(shared)}/acl", new JsonObject { ["read"] = new JsonObject { ["users"] = readers,
                ["project-access"] = true } });
    }

    private async Task KeepPrivateAsync(LabHttp vault, string reference)
    {
        var readers = new JsonArray(cloud.Users["svc-vault"], cloud.Users["lockstep-vault"]);
        _ = await vault.SendAsync(
            "PUT", $"{PathOf(reference)}/acl", new JsonObject { ["read"] = new JsonObject { ["users"] = readers,
                ["project-access"] = false } });
    }

    private async Task<LabHttp> OpenAsync(string project) =>
        barbican.Client(await keystone.LoginAsync(
            KeystoneServer.PasswordLogin("svc-vault", cloud.Passwords["svc-vault"], project, cloud.DomainId)));

    private static JsonObject Opens(string role, string owner) => new()
    {
        ["opens"] = $"postgresql:role/{role}", ["owner"] = owner,
    };

    private async Task<string> AddAsync(LabHttp vault, string name, LabSecret value, JsonObject metadata)
    {
        var content = new JsonObject { ["name"] = name, ["payload"] = value.Reveal(), ["payload_content_type"] = "text/plain" };
        var reference = (string)(await vault.SendAsync("POST", "/v1/secrets", content)).Body!["secret_ref"]!;
        if (metadata.Count > 0)
        {
            await vault.SendAsync("PUT", $"{PathOf(reference)}/metadata", new JsonObject { ["metadata"] = metadata });
        }

        return Secrets[name] = reference;
    }

    private static string PathOf(string reference) => new Uri(reference).AbsolutePath;
}
