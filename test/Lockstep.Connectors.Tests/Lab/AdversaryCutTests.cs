using System.Text.Json.Nodes;
using Lockstep.Lab;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenLdap;
using Lockstep.Lab.Seed;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

/// <summary>
/// The adversary says "refused" when, and only when, a system refuses: each system is cut by its own administrator, with its own tools.
/// </summary>
public class AdversaryCutTests(ITestOutputHelper output)
{
    [Fact]
    public async Task After_every_system_was_cut_nothing_works_but_what_the_vault_still_remembers()
    {
        var options = new LabOptions { Systems = LabSystems.All, PackedSystems = OutsideFolders.Lab };
        await using var lab = await LabSeedTests.StartOrSkipAsync(options);
        var estate = await LabSeed.RunAsync(lab, new LabSeedOptions { Canary = LabFixture.Canary });
        await using var adversary = await LabAdversary.PrepareAsync(lab, estate, AcmeCompany.Leaver);

        await CutDirectoryAsync(lab, estate);
        await CutDatabaseAsync(lab);
        await CutCloudAsync(lab, estate);
        await CutVaultAsync(lab);
        await CutHostAsync(lab, estate);
        var attempts = await UntilTheCacheIsOldAsync(adversary, lab);

        foreach (var attempt in attempts)
        {
            output.WriteLine($"{attempt.Name}: {attempt.Verdict}: {attempt.Evidence}");
        }

        Assert.Equal(adversary.Names.Count, attempts.Count);
        Assert.All(attempts, a => Assert.Equal(AdversaryVerdict.Refused, a.Verdict));
        Assert.All(attempts, a => Assert.DoesNotContain(LabFixture.Canary, a.Evidence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_system_that_is_away_is_unclear_and_never_refused()
    {
        await using var lab = await LabSeedTests.StartOrSkipAsync(new LabOptions());
        var estate = await LabSeed.RunAsync(lab);
        await using var adversary = await LabAdversary.PrepareAsync(lab, estate, AcmeCompany.Leaver);

        await lab.OpenLdap!.DisposeAsync();
        await lab.Barbican!.DisposeAsync();
        await lab.Keystone!.DisposeAsync();
        await lab.PostgreSql!.DisposeAsync();
        var attempts = await adversary.TryEverythingAsync();

        var elsewhere = attempts.Where(a => a.Name != "open database session").ToArray();
        Assert.NotEmpty(elsewhere);
        Assert.All(elsewhere, a => Assert.Equal(AdversaryVerdict.Unclear, a.Verdict));
    }

    /// <summary>Lockstep's own account of the directory does it: its rights are enough to lock, and they are all it has.</summary>
    private static async Task CutDirectoryAsync(LabServers lab, LabEstate estate)
    {
        var change = lab.Folder.Write("lock.ldif", $"""
            dn: {AcmeCompany.Person("dana").Dn}
            changetype: modify
            replace: pwdAccountLockedTime
            pwdAccountLockedTime: 000001010000Z

            """);
        using var client = System.Diagnostics.Process.Start("ldapmodify", ["-x", "-H", lab.OpenLdap!.Url, "-D", OpenLdapServer.ConnectorDn,
            "-y", estate.Connections.LdapPasswordFile, "-f", change]);
        await client.WaitForExitAsync();
        Assert.Equal(0, client.ExitCode);
    }

    private static async Task CutDatabaseAsync(LabServers lab)
    {
        await lab.PostgreSql!.ExecuteAsync("ALTER ROLE dana NOLOGIN; ALTER ROLE payments_app PASSWORD 'another'");
        await lab.PostgreSql.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'dana' OR usename LIKE 'v-%'");
    }

    private static async Task CutCloudAsync(LabServers lab, LabEstate estate)
    {
        using var admin = await KeystoneAdmin.OpenAsync(lab.Keystone!);
        await admin.Http.SendAsync(
            "PATCH", $"/v3/users/{estate.Cloud.Users["dana"]}", new JsonObject { ["user"] = new JsonObject { ["enabled"] = false } });
    }

    private static async Task CutVaultAsync(LabServers lab)
    {
        if (lab.OpenBao is { } bao)
        {
            using var root = bao.Client();
            await root.SendAsync("POST", "/v1/identity/entity/name/dana", new JsonObject { ["disabled"] = true });
            await root.SendAsync("PUT", "/v1/sys/leases/revoke-prefix/database/creds/payments-reader", new JsonObject { ["sync"] = true });
            await root.SendAsync("DELETE", "/v1/sys/policies/acl/engineer");
            await root.SendAsync("DELETE", "/v1/auth/approle/role/ci-deploy");
        }
    }

    private static async Task CutHostAsync(LabServers lab, LabEstate estate)
    {
        if (lab.SshHost is { } host)
        {
            await File.WriteAllTextAsync(host.Folder.PathOf("authorized_keys", host.User), "");
            var certificate = Directory.GetFiles(lab.Folder.PathOf("ssh-keys"), "dana-cert.pub").Single();
            await RunAsync("ssh-keygen", "-q", "-k", "-u", "-f", host.RevocationList, certificate);
            Assert.NotEmpty(estate.LeaverCertificateSerial);
            await RunAsync("/bin/sh", "-c", "for p in $(ps -o pid= --ppid \"$0\"); do kill \"$p\"; done", $"{host.ProcessId}");
        }
    }

    /// <summary>Barbican goes on for its cache's time after Keystone has refused; nothing else may.</summary>
    private static async Task<IReadOnlyList<AdversaryAttempt>> UntilTheCacheIsOldAsync(LabAdversary adversary, LabServers lab)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var attempts = await adversary.TryEverythingAsync();
            var working = attempts.Where(a => a.Verdict == AdversaryVerdict.Works).ToArray();
            Assert.All(working, a => Assert.Equal("barbican", a.System));
            if (working.Length == 0)
            {
                return attempts;
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(lab.Barbican!.TokenCacheTime + 15), "the vault goes on longer than its cache");
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
