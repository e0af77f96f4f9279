using System.Text.Json.Nodes;
using Lockstep.Lab;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.Payments;
using Lockstep.Lab.Seed;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

public class PaymentsServiceTests
{
    /// <summary>
    /// A rotation by the lab's own administrators: the service keeps paying, while what a leaver learnt before is refused and what its
    /// still open way to the vault gives it now works. That last one is why the vault is closed before a secret is rotated.
    /// </summary>
    [Fact]
    public async Task Payments_go_on_through_a_rotation_and_the_adversary_tells_old_from_new()
    {
        await using var lab = await LabSeedTests.StartOrSkipAsync(new LabOptions());
        var estate = await LabSeed.RunAsync(lab, new LabSeedOptions { Canary = LabFixture.Canary });
        await using var service = await PaymentsService.StartAsync(lab, estate, Environment.ProcessPath!,
            [LabProcessTests.RunAsPaymentsService]);
        await using var adversary = await LabAdversary.PrepareAsync(lab, estate, AcmeCompany.Leaver);
        var before = service.Status!;

        await RotateAsync(lab, estate);
        await WaitAsync(() => service.Status!.SecretReads > before.SecretReads && service.Status.Written > before.Written + 5);
        var attempts = await adversary.TryEverythingAsync();

        Assert.InRange(service.Status!.LongestGap, 1, 10_000);
        Assert.Equal(AdversaryVerdict.Refused, attempts.Single(a => a.Name == "learnt payments_app password").Verdict);
        Assert.Equal(AdversaryVerdict.Works, attempts.Single(a => a.Name == "new payments_app password").Verdict);
        Assert.Equal(AdversaryVerdict.Works, attempts.Single(a => a.Name == "open database session").Verdict);
    }

    /// <summary>New value in the vault beside the old, then in the database, then the old one out of the container.</summary>
    private static async Task RotateAsync(LabServers lab, LabEstate estate)
    {
        var fresh = LabSecret.Generate(LabFixture.Canary);
        var password = new LabSecret(await File.ReadAllTextAsync(estate.Connections.BarbicanPasswordFile));
        var token = await lab.Keystone!.LoginAsync(
            KeystoneServer.PasswordLogin(estate.Connections.BarbicanUser, password, "payments", estate.Cloud.DomainId));
        using var vault = lab.Barbican!.Client(token);
        var stored = await vault.SendAsync("POST", "/v1/secrets",
            new JsonObject { ["name"] = "payments-db-password", ["payload"] = fresh.Reveal(), ["payload_content_type"] = "text/plain" });
        var members = new Uri(estate.Cloud.PaymentsContainer).AbsolutePath + "/secrets";
        await vault.SendAsync("POST", members, Member((string)stored.Body!["secret_ref"]!));
        await lab.PostgreSql!.ExecuteAsync($"ALTER ROLE payments_app PASSWORD '{fresh.Reveal()}'");
        await vault.SendAsync("DELETE", members, Member(estate.Cloud.Secrets["payments-db-password"]));
    }

    private static JsonObject Member(string reference) => new() { ["name"] = "password", ["secret_ref"] = reference };

    private static async Task WaitAsync(Func<bool> until)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!until())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "not within 30 s");
            await Task.Delay(50);
        }
    }
}
