using System.Text.Json.Nodes;
using Lockstep.Connectors.Barbican;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Connectors.Tests.PostgreSql;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Secrets;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

/// <summary>What outlives a cut at Barbican: above all, the value in the head of who has read it.</summary>
[Collection("barbican")]
public class BarbicanSurvivalTests(LabFixture lab)
{
    [Fact]
    public Task A_value_that_was_read_opens_its_door_after_the_reader_was_taken_off_until_it_is_rotated_there() =>
        TryKnownValueAsync((vault, secret) =>
        {
            var link = new LinkKey(
                BarbicanVault.System, vault.Cloud.Nodes.Account(vault.Cloud.Dana), LinkKind.Reads, BarbicanVault.Node(secret), null);
            return new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link };
        });

    [Fact]
    public Task A_value_that_was_read_opens_its_door_after_the_secret_was_deleted_until_it_is_rotated_there() =>
        TryKnownValueAsync((_, secret) => new() { Kind = CutKind.RevokeCredential, Target = BarbicanVault.Node(secret) });

    [Fact]
    public async Task Deleting_the_whole_ACL_lets_the_project_read_again_and_the_cut_does_not()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var observer = await vault.Cloud.LogInAsync();
        var secret = await vault.AddSecretAsync("closed", LabSecret.Generate(LabFixture.Canary));
        await vault.SetAclAsync(secret, projectAccess: false, vault.Keeper);
        Assert.Equal(403, (await vault.ReadAsync(observer, secret)).Status);

        await vault.KeeperHttp.SendAsync("DELETE", $"/v1/secrets/{secret}/acl");
        Assert.Equal(200, (await vault.ReadAsync(observer, secret)).Status);

        await vault.SetAclAsync(secret, projectAccess: false, vault.Keeper);
        await using var connector = vault.Connector();
        var link = new LinkKey(
            BarbicanVault.System, vault.Cloud.Nodes.Account(vault.Keeper), LinkKind.Reads, BarbicanVault.Node(secret), null);
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link }, new(Guid.NewGuid(), 0), default));
        Assert.Equal(403, (await vault.ReadAsync(observer, secret)).Status);
    }

    [Fact]
    public async Task A_closed_secret_is_still_listed_by_name_to_observers()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var observer = await vault.Cloud.LogInAsync();
        var secret = await vault.AddSecretAsync($"{vault.Cloud.Name}-closed", LabSecret.Generate(LabFixture.Canary));
        await using var connector = vault.Connector(vault.Settings() with { MayCloseProjectAccess = true });
        var role = vault.Cloud.Nodes.ProjectRole(vault.Cloud.Project, await vault.Cloud.Admin.RoleAsync("observer"));
        var link = new LinkKey(BarbicanVault.System, role, LinkKind.Reads, BarbicanVault.Node(secret), null);

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RemoveLink, Target = role, Link = link }, new(Guid.NewGuid(), 0), default));

        Assert.Equal(403, (await vault.ReadAsync(observer, secret)).Status);
        using var http = vault.Server.Client(observer);
        var listed = (await http.SendAsync("GET", "/v1/secrets")).Body!["secrets"]!.AsArray()
            .Single(s => ((string)s!["secret_ref"]!).EndsWith(secret, StringComparison.Ordinal))!;
        Assert.Equal(($"{vault.Cloud.Name}-closed", vault.Keeper), ((string)listed["name"]!, (string)listed["creator_id"]!));
    }

    [Fact]
    public async Task A_registered_consumer_does_not_keep_a_secret_from_being_deleted()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var secret = await vault.AddSecretAsync("used", LabSecret.Generate(LabFixture.Canary));
        await vault.KeeperHttp.SendAsync("POST", $"/v1/secrets/{secret}/consumers", new JsonObject
        {
            ["service"] = "compute", ["resource_type"] = "server", ["resource_id"] = Guid.NewGuid().ToString(),
        });
        Assert.Equal(1, (int)(await vault.KeeperHttp.SendAsync("GET", $"/v1/secrets/{secret}/consumers")).Body!["total"]!);
        await using var connector = vault.Connector();

        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(
            new() { Kind = CutKind.RevokeCredential, Target = BarbicanVault.Node(secret) }, new(Guid.NewGuid(), 0), default));

        Assert.Equal(404, (await vault.ReadAsync(await vault.Cloud.LogInAsync(), secret)).Status);
    }

    /// <summary>The value is the password of a database role; Dana has read it before the cut.</summary>
    private async Task TryKnownValueAsync(Func<BarbicanVault, string, Cut> cutOf)
    {
        await using var vault = await BarbicanVault.OpenAsync(lab, danaRole: "reader");
        await using var cluster = await PostgreSqlSubject.StartAsync(lab);
        var (role, oid) = await cluster.NewAccountAsync();
        var secret = await vault.AddSecretAsync("db", new LabSecret(cluster.Password));
        await vault.SetAclAsync(secret, projectAccess: true, vault.Cloud.Dana, vault.Keeper);
        var token = await vault.Cloud.LogInAsync();
        var known = (await vault.ReadAsync(token, secret)).Text;
        await using BarbicanConnector connector = vault.Connector();

        Assert.IsType<CutOutcome.Acknowledged>(
            await connector.CutAsync(cutOf(vault, secret), new(Guid.NewGuid(), 0), default));

        Assert.NotEqual(200, (await vault.ReadAsync(token, secret)).Status);
        Assert.True(await cluster.WorksAsync(role, password: known));
        await using var database = cluster.Connect(cluster.Port);
        using var fresh = SecretText.Generate();
        await ((IRotateCredentials)database).SetValueAsync(
            NodeId.Of(PostgreSqlSubject.System, NodeKinds.Credential, $"password.{oid}"), fresh, new(Guid.NewGuid(), 1), default);
        Assert.False(await cluster.WorksAsync(role, password: known));
    }
}
