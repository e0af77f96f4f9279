using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

[Collection("barbican")]
public class BarbicanObserveTests(LabFixture lab)
{
    [Fact]
    public async Task Who_reads_a_secret_is_seen_through_roles_and_ACL_with_the_cache_as_its_clock()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var secret = await vault.AddSecretAsync("db", LabSecret.Generate(LabFixture.Canary), opens: "payments-db:payments_app");
        await vault.SetAclAsync(secret, projectAccess: true, vault.Cloud.Dana);
        var container = await vault.AddContainerAsync("payments", secret);
        await using var connector = vault.Connector();

        var seen = await Sightings.OfAsync(connector);

        var node = seen.Nodes[BarbicanVault.Node(secret)];
        Assert.Equal(("db", "payments-db:payments_app", container), (node.Name, node.Find(NodeAttributes.Opens), node.Find("containers")));
        Assert.DoesNotContain(node.Attributes.Values, value => value.Contains(LabFixture.Canary, StringComparison.Ordinal));
        foreach (var role in new[] { "observer", "creator", "admin" })
        {
            var holder = vault.Cloud.Nodes.ProjectRole(vault.Cloud.Project, await vault.Cloud.Admin.RoleAsync(role));
            Assert.Equal(Enforcement.Cached(TimeSpan.FromSeconds(20)), seen.Find(holder, LinkKind.Reads, node.Id)?.Enforcement);
        }

        Assert.NotNull(seen.Find(vault.Cloud.Nodes.Account(vault.Cloud.Dana), LinkKind.Reads, node.Id));
        Assert.Equal(4, seen.Links.Count(l => l.To == node.Id));
        Assert.True(seen.End?.IsFull);
        Assert.Empty(seen.Gaps);
    }

    [Fact]
    public async Task A_private_secret_is_read_by_its_creator_and_the_projects_admin_only()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var secret = await vault.AddSecretAsync("private", LabSecret.Generate(LabFixture.Canary));
        await vault.SetAclAsync(secret, projectAccess: false);
        await using var connector = vault.Connector();

        var seen = await Sightings.OfAsync(connector);

        var admin = vault.Cloud.Nodes.ProjectRole(vault.Cloud.Project, await vault.Cloud.Admin.RoleAsync("admin"));
        var readers = seen.Links.Where(l => l.To == BarbicanVault.Node(secret)).Select(l => l.From).ToHashSet();
        Assert.Equal([admin, vault.Cloud.Nodes.Account(vault.Keeper)], readers);
        Assert.Equal(403, (await vault.ReadAsync(await vault.Cloud.LogInAsync(), secret)).Status);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 3600)]
    [InlineData(300, 300)]
    public async Task The_cache_setting_says_how_a_reading_is_enforced(int setting, int seconds)
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var secret = await vault.AddSecretAsync("clock", LabSecret.Generate(LabFixture.Canary));
        await using var connector = vault.Connector(vault.Settings() with { TokenCacheSeconds = setting });

        var link = (await Sightings.OfAsync(connector)).Links.First(l => l.To == BarbicanVault.Node(secret));

        Assert.Equal(seconds == 0 ? Enforcement.Online : Enforcement.Cached(TimeSpan.FromSeconds(seconds)), link.Enforcement);
    }

    [Fact]
    public async Task A_project_that_our_login_loses_is_not_covered_rather_than_empty()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        await vault.AddSecretAsync("kept", LabSecret.Generate(LabFixture.Canary));
        var second = await vault.Cloud.Admin.AddProjectAsync($"{vault.Cloud.Name}-second");
        await vault.Cloud.Admin.GrantAsync(second, vault.Keeper, "creator");
        await using var before = vault.Connector(vault.Settings(allProjects: true));
        var first = await Sightings.OfAsync(before);
        foreach (var role in new[] { "admin", "creator" })
        {
            await vault.Cloud.Admin.Http.SendAsync(
                "DELETE", $"/v3/projects/{vault.Cloud.Project}/users/{vault.Keeper}/roles/{await vault.Cloud.Admin.RoleAsync(role)}");
        }

        await using var after = vault.Connector(vault.Settings(allProjects: true));
        var later = await Sightings.OfAsync(after, first.End!.Cursor);

        Assert.Contains(later.Gaps, gap => gap.Scope == $"secrets:{vault.Cloud.Project}");
        Assert.Contains(later.Gaps, gap => gap.Scope == $"acl:{vault.Cloud.Project}:*");
        Assert.DoesNotContain(later.Gaps, gap => gap.Scope == $"secrets:{second}");
    }
}
