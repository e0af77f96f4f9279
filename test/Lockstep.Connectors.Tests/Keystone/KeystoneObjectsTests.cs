using System.Text.Json.Nodes;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.Keystone;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>What logs in without the password: application credentials, EC2 credentials and trusts, after each cut.</summary>
[Collection("keystone")]
public class KeystoneObjectsTests(LabFixture lab)
{
    private readonly LabSecret _trusteePassword = LabSecret.Generate(LabFixture.Canary);

    [Fact]
    public async Task Application_credentials_EC2_credentials_and_trusts_work_again_when_a_disabled_account_is_enabled()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        var (application, ec2, trust) = await ObjectsAsync(cloud);
        await using var connector = cloud.Connector();
        Assert.Equal((201, 200, 201), await TryAllAsync());

        await CutAsync(connector, CutKind.DisableAccount, cloud.Nodes.Account(cloud.Dana));

        var (byApplication, byEc2, byTrust) = await TryAllAsync();
        Assert.Equal((401, 401, 403), (byApplication, byEc2, byTrust));
        var seen = await Sightings.OfAsync(connector);
        var held = seen.Links.Where(l => l.Kind == LinkKind.Holds && l.From == cloud.Nodes.Account(cloud.Dana)).ToList();
        Assert.Equal(2, held.Count);
        await cloud.EnableAsync(true);
        Assert.Equal((201, 200, 201), await TryAllAsync());

        foreach (var link in held)
        {
            await CutAsync(connector, CutKind.RevokeCredential, link.To);
        }

        var after = await TryAllAsync();
        Assert.Equal((404, 404), (after.Application, after.Ec2));

        async Task<(int Application, int Ec2, int Trust)> TryAllAsync() =>
            (await cloud.TryAsync(application), (await cloud.LogInAsync(ec2)).Status, await cloud.TryAsync(trust()));
    }

    [Fact]
    public async Task After_a_new_password_only_what_logs_in_without_it_still_issues_tokens()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        var (application, ec2, trust) = await ObjectsAsync(cloud);
        var old = await cloud.LogInAsync();

        await cloud.Admin.Http.SendAsync("PATCH", $"/v3/users/{cloud.Dana}", new JsonObject
        {
            ["user"] = new JsonObject { ["password"] = LabSecret.Generate(LabFixture.Canary).Reveal() },
        });

        Assert.Equal(404, await cloud.StatusOfAsync(old));
        Assert.Equal(401, await cloud.TryAsync(KeystoneServer.PasswordLogin(cloud.DanaName, cloud.Password, cloud.ProjectName)));
        Assert.Equal(
            (201, 200, 201), (await cloud.TryAsync(application), (await cloud.LogInAsync(ec2)).Status, await cloud.TryAsync(trust())));
    }

    [Fact]
    public async Task What_an_unrestricted_application_credential_made_outlives_it_and_is_listed()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        var (id, secret) = await cloud.AddApplicationCredentialAsync("parent", unrestricted: true);
        using var asParent = await cloud.Server.ClientAsync(KeystoneServer.ApplicationCredentialLogin(id, secret));
        var made = (await asParent.SendAsync("POST", $"/v3/users/{cloud.Dana}/application_credentials", new JsonObject
        {
            ["application_credential"] = new JsonObject { ["name"] = "child" },
        })).Body!["application_credential"]!;
        var (childId, childLogin) = ((string)made["id"]!,
            KeystoneServer.ApplicationCredentialLogin((string)made["id"]!, new LabSecret((string)made["secret"]!)));
        await using var connector = cloud.Connector();

        await CutAsync(connector, CutKind.RevokeCredential, Node(cloud, id));

        Assert.Equal(404, await cloud.TryAsync(KeystoneServer.ApplicationCredentialLogin(id, secret)));
        Assert.Equal(201, await cloud.TryAsync(childLogin));
        var seen = await Sightings.OfAsync(connector);
        Assert.DoesNotContain(Node(cloud, id), seen.Nodes.Keys);
        Assert.NotNull(seen.Find(cloud.Nodes.Account(cloud.Dana), LinkKind.Holds, Node(cloud, childId)));
        await CutAsync(connector, CutKind.RevokeCredential, Node(cloud, childId));
        Assert.Equal(404, await cloud.TryAsync(childLogin));
    }

    [Fact]
    public async Task A_token_made_from_an_EC2_credential_outlives_it_until_the_sessions_are_ended()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        var ec2 = await cloud.AddEc2CredentialAsync();
        var (status, token) = await cloud.LogInAsync(ec2);
        Assert.Equal(200, status);
        await using var connector = cloud.Connector();
        var holds = Assert.Single(
            (await Sightings.OfAsync(connector)).Links, l => l.Kind == LinkKind.Holds && l.From == cloud.Nodes.Account(cloud.Dana));

        await CutAsync(connector, CutKind.RevokeCredential, holds.To);

        Assert.NotEqual(200, (await cloud.LogInAsync(ec2)).Status);
        Assert.Equal(200, await cloud.StatusOfAsync(token!));
        await CutAsync(connector, CutKind.EndSession, cloud.Nodes.Account(cloud.Dana));
        Assert.Equal(404, await cloud.StatusOfAsync(token!));
    }

    private static NodeId Node(KeystoneCloud cloud, string application) =>
        cloud.Nodes.Credential(new(KeystoneCredentialKey.App, cloud.Dana, application));

    private static async Task CutAsync(KeystoneConnector connector, CutKind kind, NodeId target) =>
        Assert.IsType<CutOutcome.Acknowledged>(
            await connector.CutAsync(new() { Kind = kind, Target = target }, new(Guid.NewGuid(), 0), default));

    private async Task<(JsonNode Application, Ec2Credential Ec2, Func<JsonNode> Trust)> ObjectsAsync(KeystoneCloud cloud)
    {
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        var trusteeName = $"{cloud.Name}-trustee";
        var trustee = await cloud.Admin.AddUserAsync(trusteeName, _trusteePassword);
        var trust = await cloud.AddTrustAsync(trustee);
        var (id, secret) = await cloud.AddApplicationCredentialAsync("ci");
        return (KeystoneServer.ApplicationCredentialLogin(id, secret), await cloud.AddEc2CredentialAsync(),
            () => KeystoneCloud.TrustLogin(trusteeName, _trusteePassword, trust));
    }
}
