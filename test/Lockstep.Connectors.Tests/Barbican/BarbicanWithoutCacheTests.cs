using System.Diagnostics;
using Lockstep.Connectors.Tests.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Lab;
using Lockstep.Lab.Barbican;
using Lockstep.Lab.Keystone;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

public class BarbicanWithoutCacheTests(LabFixture lab)
{
    /// <summary>
    /// Takes a Keystone and a Barbican of its own: tokens live 45 s there. The lab's other cache (20 s) would have ended long before.
    /// </summary>
    [Fact]
    public async Task With_the_cache_time_zero_an_old_token_is_served_until_it_expires()
    {
        await lab.BarbicanAsync();
        var name = $"{Guid.NewGuid():N}"[..8];
        await using var identity = await KeystoneServer.StartAsync(
            lab.Folder.Sub($"keystone-{name}"), new() { TokenLifetime = TimeSpan.FromSeconds(45) });
        await using var server = await BarbicanServer.StartAsync(
            lab.Folder.Sub($"barbican-{name}"), identity, new() { TokenCacheTime = 0 });
        await using var vault = await BarbicanVault.OpenAsync(await KeystoneCloud.OpenAsync(lab, identity), server);
        var secret = await vault.AddSecretAsync("db", LabSecret.Generate(LabFixture.Canary));
        var clock = Stopwatch.StartNew();
        var token = await vault.Cloud.LogInAsync();
        Assert.Equal(200, (await vault.ReadAsync(token, secret)).Status);

        await vault.Cloud.Admin.Http.SendAsync(
            "DELETE",
            $"/v3/projects/{vault.Cloud.Project}/users/{vault.Cloud.Dana}/roles/{await vault.Cloud.Admin.RoleAsync("observer")}");

        Assert.Equal(404, await vault.Cloud.StatusOfAsync(token));
        var lastServed = clock.Elapsed;
        while ((await vault.ReadAsync(token, secret)).Status == 200)
        {
            lastServed = clock.Elapsed;
            Assert.True(lastServed < TimeSpan.FromSeconds(60), "the token is served after its expiry");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        Assert.InRange(lastServed.TotalSeconds, 35, 47);
    }
}
