using System.Text.Json.Nodes;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.Keystone;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>Makes fresh access for each kind of cut, with the client that tells whether it works.</summary>
internal sealed class KeystoneTrials(KeystoneCloud cloud)
{
    private readonly LabSecret _password = LabSecret.Generate(LabFixture.Canary);

    private KeystoneAdmin Admin => cloud.Admin;

    public async Task<CutTrial> DisableAsync()
    {
        var (name, id) = await UserAsync();
        return new(
            "disable an account",
            new Cut { Kind = CutKind.DisableAccount, Target = cloud.Nodes.Account(id) },
            async () => await cloud.TryAsync(KeystoneServer.PasswordLogin(name, _password)) == 201,
            () => Admin.Http.SendAsync("PATCH", $"/v3/users/{id}", Enabled(false)));
    }

    public async Task<CutTrial> SessionsAsync()
    {
        var (name, id) = await UserAsync();
        var token = await cloud.Server.LoginAsync(KeystoneServer.PasswordLogin(name, _password));
        return new(
            "end an account's tokens",
            new Cut { Kind = CutKind.EndSession, Target = cloud.Nodes.Account(id) },
            async () => await cloud.StatusOfAsync(token) == 200,
            async () =>
            {
                await Admin.Http.SendAsync("PATCH", $"/v3/users/{id}", Enabled(false));
                await Admin.Http.SendAsync("PATCH", $"/v3/users/{id}", Enabled(true));
            });
    }

    public async Task<CutTrial> RoleAsync()
    {
        var (name, id) = await UserAsync();
        await Admin.GrantAsync(cloud.Project, id, "member");
        return await AssignmentAsync("remove a user's role", "users", cloud.Nodes.Account(id), name);
    }

    public async Task<CutTrial> GroupRoleAsync()
    {
        var (name, id) = await UserAsync();
        var group = await GroupAsync(id);
        return await AssignmentAsync("remove a group's role", "groups", cloud.Nodes.Group(group), name);
    }

    public async Task<CutTrial> MembershipAsync()
    {
        var (name, id) = await UserAsync();
        var group = await GroupAsync(id);
        var link = KeystoneSubject.Key(cloud.Nodes.Account(id), LinkKind.MemberOf, cloud.Nodes.Group(group));
        return new(
            "remove a member",
            new Cut { Kind = CutKind.RemoveLink, Target = link.From, Link = link },
            () => LogsInAsync(name),
            () => Admin.Http.SendAsync("DELETE", $"/v3/groups/{group}/users/{id}"));
    }

    public async Task<CutTrial> ApplicationCredentialAsync()
    {
        var (name, id) = await UserAsync();
        await Admin.GrantAsync(cloud.Project, id, "member");
        using var own = await cloud.Server.ClientAsync(KeystoneServer.PasswordLogin(name, _password, cloud.ProjectName));
        var made = await own.SendAsync("POST", $"/v3/users/{id}/application_credentials", new JsonObject
        {
            ["application_credential"] = new JsonObject { ["name"] = "robot" },
        });
        var body = made.Body!["application_credential"]!;
        var (application, secret) = ((string)body["id"]!, new LabSecret((string)body["secret"]!));
        return new(
            "delete an application credential",
            Revoke(new(KeystoneCredentialKey.App, id, application)),
            async () => await cloud.TryAsync(KeystoneServer.ApplicationCredentialLogin(application, secret)) == 201,
            () => Admin.Http.SendAsync("DELETE", $"/v3/users/{id}/application_credentials/{application}"));
    }

    public async Task<CutTrial> TrustAsync()
    {
        var (trustorName, trustor) = await UserAsync();
        var (trusteeName, trustee) = await UserAsync();
        await Admin.GrantAsync(cloud.Project, trustor, "member");
        using var own = await cloud.Server.ClientAsync(KeystoneServer.PasswordLogin(trustorName, _password, cloud.ProjectName));
        var trust = (string)(await own.SendAsync("POST", "/v3/OS-TRUST/trusts", new JsonObject
        {
            ["trust"] = new JsonObject
            {
                ["trustor_user_id"] = trustor,
                ["trustee_user_id"] = trustee,
                ["project_id"] = cloud.Project,
                ["impersonation"] = true,
                ["roles"] = new JsonArray(new JsonObject { ["name"] = "member" }),
            },
        })).Body!["trust"]!["id"]!;
        return new(
            "delete a trust",
            Revoke(new(KeystoneCredentialKey.Trust, "", trust)),
            async () =>
            {
                var login = KeystoneServer.PasswordLogin(trusteeName, _password);
                login["auth"]!["scope"] = new JsonObject { ["OS-TRUST:trust"] = new JsonObject { ["id"] = trust } };
                return await cloud.TryAsync(login) == 201;
            },
            () => Admin.Http.SendAsync("DELETE", $"/v3/OS-TRUST/trusts/{trust}"));
    }

    private static JsonObject Enabled(bool value) => new() { ["user"] = new JsonObject { ["enabled"] = value } };

    private async Task<CutTrial> AssignmentAsync(string what, string holders, NodeId holder, string login)
    {
        var role = new KeystoneRoleKey(KeystoneScopeKind.Project, cloud.Project, await Admin.RoleAsync("member"), Inherited: false);
        var link = KeystoneSubject.Key(holder, LinkKind.Assumes, cloud.Nodes.Role(role));
        return new(
            what,
            new Cut { Kind = CutKind.RemoveLink, Target = holder, Link = link },
            () => LogsInAsync(login),
            () => Admin.Http.SendAsync("DELETE", $"/v3/{role.AssignmentPath(holders, holder.RawKey)}"));
    }

    private async Task<bool> LogsInAsync(string name) =>
        await cloud.TryAsync(KeystoneServer.PasswordLogin(name, _password, cloud.ProjectName)) == 201;

    private Cut Revoke(KeystoneCredentialKey key) => new() { Kind = CutKind.RevokeCredential, Target = cloud.Nodes.Credential(key) };

    private async Task<(string Name, string Id)> UserAsync()
    {
        var name = $"{cloud.Name}-{Guid.NewGuid():N}"[..20];
        return (name, await Admin.AddUserAsync(name, _password));
    }

    private async Task<string> GroupAsync(string member)
    {
        var group = await Admin.AddGroupAsync($"{cloud.Name}-{Guid.NewGuid():N}"[..20]);
        await Admin.JoinAsync(member, group);
        await Admin.GrantToGroupAsync(cloud.Project, group, "member");
        return group;
    }
}
