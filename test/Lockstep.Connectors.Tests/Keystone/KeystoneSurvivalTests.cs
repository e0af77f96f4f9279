using System.Text.Json.Nodes;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.Keystone;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>What outlives a cut at Keystone, and that it is seen.</summary>
[Collection("keystone")]
public class KeystoneSurvivalTests(LabFixture lab)
{
    [Fact]
    public async Task An_application_credential_outlives_its_role_is_latent_and_revives_when_the_role_is_granted_again()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        var (id, secret) = await cloud.AddApplicationCredentialAsync("ci");
        await using var connector = cloud.Connector();
        var node = cloud.Nodes.Credential(new(KeystoneCredentialKey.App, cloud.Dana, id));
        var account = cloud.Nodes.Account(cloud.Dana);
        var role = KeystoneSubject.Key(
            account, LinkKind.Assumes, cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("member")));
        var login = KeystoneServer.ApplicationCredentialLogin(id, secret);
        Assert.Equal(201, await cloud.TryAsync(login));
        Assert.NotNull((await Sightings.OfAsync(connector)).Find(node, LinkKind.AuthenticatesAs, account));

        await connector.CutAsync(new Cut { Kind = CutKind.RemoveLink, Target = account, Link = role }, new(Guid.NewGuid(), 0), default);

        var without = await Sightings.OfAsync(connector);
        Assert.Equal(401, await cloud.TryAsync(login));
        Assert.Equal("true", without.Nodes[node].Find(NodeAttributes.Latent));
        Assert.NotNull(without.Find(account, LinkKind.Holds, node));
        Assert.Null(without.Find(node, LinkKind.AuthenticatesAs, account));

        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");

        var again = await Sightings.OfAsync(connector);
        Assert.Equal(201, await cloud.TryAsync(KeystoneServer.ApplicationCredentialLogin(id, secret)));
        Assert.Null(again.Nodes[node].Find(NodeAttributes.Latent));
        Assert.NotNull(again.Find(node, LinkKind.AuthenticatesAs, account));
    }

    [Fact]
    public async Task Ending_sessions_kills_every_token_for_good_and_leaves_the_password()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        var (unscoped, scoped) = (await cloud.LogInAsync(scoped: false), await cloud.LogInAsync());
        await using var connector = cloud.Connector();
        var cut = new Cut { Kind = CutKind.EndSession, Target = cloud.Nodes.Account(cloud.Dana) };

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));

        Assert.Equal((404, 404), (await cloud.StatusOfAsync(unscoped), await cloud.StatusOfAsync(scoped)));
        Assert.Equal(200, await cloud.StatusOfAsync(await cloud.LogInAsync()));
        var user = (await cloud.Admin.Http.SendAsync("GET", $"/v3/users/{cloud.Dana}")).Body!["user"]!;
        Assert.True((bool)user["enabled"]!);
        Assert.Null(user["lockstep_ends_sessions"]);
    }

    [Fact]
    public async Task An_account_that_a_crash_left_off_while_its_sessions_ended_is_enabled_by_the_repeat()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        var cut = new Cut { Kind = CutKind.EndSession, Target = cloud.Nodes.Account(cloud.Dana) };
        var step = new StepKey(Guid.NewGuid(), 7);
        using var cutting = new FailingAt(3);
        await using (var crashing = cloud.Connector(cutting))
        {
            Assert.IsType<CutOutcome.Failed>(await crashing.CutAsync(cut, step, default));
        }

        Assert.False(await IsEnabledAsync(cloud));
        await using var connector = cloud.Connector();
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, step, default));

        Assert.True(await IsEnabledAsync(cloud));
    }

    [Fact]
    public async Task A_role_that_is_inherited_from_the_domain_or_implied_reaches_its_project_and_an_admin_the_cloud()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        var admin = await cloud.Admin.RoleAsync("admin");
        await cloud.Admin.Http.SendAsync("PUT", $"/v3/OS-INHERIT/domains/default/users/{cloud.Dana}/roles/{admin}/inherited_to_projects");
        await using var connector = cloud.Connector();

        var seen = await Sightings.OfAsync(connector);

        var inherited = cloud.Nodes.Role(new(KeystoneScopeKind.Domain, "default", admin, Inherited: true));
        var onProject = cloud.Nodes.ProjectRole(cloud.Project, admin);
        Assert.NotNull(seen.Find(cloud.Nodes.Account(cloud.Dana), LinkKind.Assumes, inherited));
        Assert.NotNull(seen.Find(inherited, LinkKind.Assumes, onProject));
        Assert.NotNull(seen.Find(
            onProject, LinkKind.Assumes, cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("member"))));
        Assert.NotNull(seen.Find(onProject, LinkKind.Permits, cloud.Nodes.Cloud, "admin"));

        var link = KeystoneSubject.Key(cloud.Nodes.Account(cloud.Dana), LinkKind.Assumes, inherited);
        var cut = new Cut { Kind = CutKind.RemoveLink, Target = link.From, Link = link };
        Assert.True(await cloud.TryAsync(KeystoneServer.PasswordLogin(cloud.DanaName, cloud.Password, cloud.ProjectName)) == 201);
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.IsType<LookOutcome.Gone>(await connector.LookAsync(cut, default));
        Assert.Equal(401, await cloud.TryAsync(KeystoneServer.PasswordLogin(cloud.DanaName, cloud.Password, cloud.ProjectName)));
    }

    [Fact]
    public async Task An_EC2_credential_is_seen_without_its_secret_and_can_be_revoked()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        using var own = await cloud.Server.ClientAsync(KeystoneServer.PasswordLogin(cloud.DanaName, cloud.Password, cloud.ProjectName));
        var made = (await own.SendAsync(
            "POST", $"/v3/users/{cloud.Dana}/credentials/OS-EC2", new JsonObject { ["tenant_id"] = cloud.Project }))
            .Body!["credential"]!;
        var secret = (string)made["secret"]!;
        await using var connector = cloud.Connector();

        var seen = await Sightings.OfAsync(connector);

        var holds = Assert.Single(seen.Links, l => l.From == cloud.Nodes.Account(cloud.Dana) && l.Kind is LinkKind.Holds);
        Assert.Equal(EnforcementMode.Cached, holds.Enforcement.Mode);
        Assert.DoesNotContain(seen.Nodes.Values.SelectMany(n => n.Attributes.Values).Append(holds.Evidence), v => v.Contains(secret));
        var cut = new Cut { Kind = CutKind.RevokeCredential, Target = holds.To };
        Assert.IsType<LookOutcome.StillThere>(await connector.LookAsync(cut, default));
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.IsType<LookOutcome.Gone>(await connector.LookAsync(cut, default));
        Assert.Equal(404, (await own.TryAsync("GET", $"/v3/users/{cloud.Dana}/credentials/OS-EC2/{made["access"]}")).Status);
    }

    [Fact]
    public async Task A_login_without_rights_covers_nothing_rather_than_seeing_nothing()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        await using var connector = cloud.Connector(settings: cloud.Settings() with
        {
            Login = new KeystoneLogin.Password(cloud.DanaName)
            {
                Secret = new FixedSecret(cloud.Password.Reveal()), ProjectName = cloud.ProjectName,
            },
        });

        var seen = await Sightings.OfAsync(connector);

        string[] scopes = ["users", "application-credentials:*", "groups", "members:*", "projects", "domains", "role-assignments",
            "trusts"];
        Assert.All(scopes, scope => Assert.Contains(seen.Gaps, g => g.Scope == scope && g.Error.Kind is ConnectorErrorKind.Forbidden));
    }

    private static async Task<bool> IsEnabledAsync(KeystoneCloud cloud) =>
        (bool)(await cloud.Admin.Http.SendAsync("GET", $"/v3/users/{cloud.Dana}")).Body!["user"]!["enabled"]!;
}
