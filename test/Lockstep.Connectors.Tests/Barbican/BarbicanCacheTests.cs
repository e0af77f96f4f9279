using System.Diagnostics;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

[Collection("barbican")]
public class BarbicanCacheTests(LabFixture lab)
{
    [Fact]
    public async Task After_a_role_is_removed_Barbican_serves_the_old_token_no_longer_than_the_link_says()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var cloud = vault.Cloud;
        var secret = await vault.AddSecretAsync("db", LabSecret.Generate(LabFixture.Canary));
        var token = await cloud.LogInAsync();
        await using var barbican = vault.Connector();
        await using var keystone = cloud.Connector();
        var role = cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("observer"));
        var reads = (await Sightings.OfAsync(barbican)).Find(role, LinkKind.Reads, BarbicanVault.Node(secret));
        Assert.Equal(200, (await vault.ReadAsync(token, secret)).Status);

        var clock = Stopwatch.StartNew();
        var link = KeystoneSubject.Key(cloud.Nodes.Account(cloud.Dana), LinkKind.Assumes, role);
        var cut = new Cut { Kind = CutKind.RemoveLink, Target = link.From, Link = link };
        Assert.IsType<CutOutcome.Acknowledged>(await keystone.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.IsType<LookOutcome.Gone>(await keystone.LookAsync(cut, default));

        Assert.Equal(404, await cloud.StatusOfAsync(token));
        Assert.Equal(200, (await vault.ReadAsync(token, secret)).Status);
        var lastServed = clock.Elapsed;
        while ((await vault.ReadAsync(token, secret)).Status == 200)
        {
            lastServed = clock.Elapsed;
            Assert.True(lastServed < TimeSpan.FromSeconds(60), "the cache does not end");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        Assert.True(lastServed <= reads!.Enforcement.CacheFor + TimeSpan.FromSeconds(1),
            $"served for {lastServed}, said {reads.Enforcement.CacheFor}");
    }
}
