using System.Text.Json.Nodes;
using Lockstep.Lab.Keystone;

namespace Lockstep.Lab.Seed;

/// <summary>
/// Puts the company into Keystone: a domain, three projects, people, workloads, groups, roles, application credentials and a trust.
/// </summary>
internal sealed class KeystoneSeed(KeystoneServer keystone, KeystoneAdmin admin, string canary)
{
    private static readonly string[] UserNames = ["dana", "emil", "farah", "gwen", "hugo", "jill", "kofi", "svc-payments", "svc-reports",
        "svc-vault"];

    /// <summary>Direct roles: user, project, role.</summary>
    private static readonly (string User, string Project, string Role)[] Grants =
    [
        ("dana", "payments", "creator"), ("dana", "platform", "reader"), ("emil", "payments", "creator"), ("gwen", "analytics", "reader"),
        ("hugo", "analytics", "reader"), ("kofi", "payments", "audit"), ("sam", "analytics", "observer"),
            ("svc-payments", "payments", "observer"),
        ("svc-reports", "analytics", "observer"), ("svc-vault", "payments", "creator"), ("svc-vault", "analytics", "creator"),
    ];

    public Dictionary<string, string> Projects { get; } = [];

    public Dictionary<string, string> Users { get; } = [];

    public Dictionary<string, string> Groups { get; } = [];

    public Dictionary<string, LabSecret> Passwords { get; } = [];

    public Dictionary<string, string> ApplicationCredentials { get; } = [];

    public Dictionary<string, LabSecret> ApplicationCredentialSecrets { get; } = [];

    public string DomainId { get; private set; } = "";

    public string TrustId { get; private set; } = "";

    public string RecycledUserId { get; private set; } = "";

    public async Task RunAsync()
    {
        DomainId = await admin.AddDomainAsync("acme");
        foreach (var name in new[] { "payments", "analytics", "platform" })
        {
            Projects[name] = await admin.AddProjectAsync(name, DomainId);
        }

        foreach (var name in UserNames)
        {
            await AddUserAsync(name);
        }

        RecycledUserId = await AddUserAsync("sam", "E0900");
        await admin.Http.SendAsync("DELETE", $"/v3/users/{RecycledUserId}");
        await AddUserAsync("sam");
        foreach (var (user, project, role) in Grants)
        {
            await admin.GrantAsync(Projects[project], Users[user], role);
        }

        await AddGroupsAsync();
        await AddLockstepAsync();
        await AddApplicationCredentialAsync("dana", "payments", "dana-laptop");
        await AddApplicationCredentialAsync("svc-payments", "payments", "payments-service");
        TrustId = await AddTrustAsync("emil", "hugo", "payments", "creator");
    }

    private async Task<string> AddUserAsync(string name, string? employeeNumber = null)
    {
        Passwords[name] = LabSecret.Generate(canary);
        var person = AcmeCompany.People.SingleOrDefault(p => p.Uid == name);
        var about = person is null ? $"service={name}" : $"employeeNumber={employeeNumber ?? person.EmployeeNumber}";
        return Users[name] = await admin.AddUserAsync(name, Passwords[name], person?.Mail ?? "", about, DomainId);
    }

    private async Task AddGroupsAsync()
    {
        Groups["cloud-admins"] = await admin.AddGroupAsync("cloud-admins", DomainId);
        Groups["payments-readers"] = await admin.AddGroupAsync("payments-readers", DomainId);
        await admin.JoinAsync(Users["jill"], Groups["cloud-admins"]);
        await admin.JoinAsync(Users["farah"], Groups["payments-readers"]);
        await admin.GrantToGroupAsync(Projects["payments"], Groups["cloud-admins"], "admin");
        await admin.GrantToGroupAsync(Projects["payments"], Groups["payments-readers"], "observer");
    }

    /// <summary>
    /// Lockstep's own accounts. Keystone: reader of the system, to list; administrator of a project of its own, without which no
    /// cut is allowed. Barbican: administrator of the projects whose secrets it lists, rotates and closes.
    /// </summary>
    private async Task AddLockstepAsync()
    {
        Projects["lockstep"] = await admin.AddProjectAsync("lockstep", DomainId);
        await AddUserAsync("lockstep");
        await AddUserAsync("lockstep-vault");
        await AddUserAsync(LabSeed.Canary);
        await admin.GrantAsync(Projects["lockstep"], Users[LabSeed.Canary], "observer");
        await admin.GrantOnSystemAsync(Users["lockstep"], "reader");
        await admin.GrantAsync(Projects["lockstep"], Users["lockstep"], "admin");
        await admin.GrantAsync(Projects["payments"], Users["lockstep-vault"], "admin");
        await admin.GrantAsync(Projects["analytics"], Users["lockstep-vault"], "admin");
    }

    private async Task AddApplicationCredentialAsync(string user, string project, string name)
    {
        using var own = await keystone.ClientAsync(KeystoneServer.PasswordLogin(user, Passwords[user], project, DomainId));
        var secret = LabSecret.Generate(canary);
        var content = new JsonObject { ["name"] = name, ["secret"] = secret.Reveal() };
        var answer = await own.SendAsync(
            "POST", $"/v3/users/{Users[user]}/application_credentials", new JsonObject { ["application_credential"] = content });
        ApplicationCredentials[name] = (string)answer.Body!["application_credential"]!["id"]!;
        ApplicationCredentialSecrets[name] = secret;
    }

    private async Task<string> AddTrustAsync(string trustor, string trustee, string project, string role)
    {
        using var own = await keystone.ClientAsync(KeystoneServer.PasswordLogin(trustor, Passwords[trustor], project, DomainId));
        var content = new JsonObject
        {
            ["trustor_user_id"] = Users[trustor], ["trustee_user_id"] = Users[trustee], ["project_id"] = Projects[project],
            ["impersonation"] = true, ["roles"] = new JsonArray(new JsonObject { ["name"] = role }),
        };
        var answer = await own.SendAsync("POST", "/v3/OS-TRUST/trusts", new JsonObject { ["trust"] = content });
        return (string)answer.Body!["trust"]!["id"]!;
    }
}
