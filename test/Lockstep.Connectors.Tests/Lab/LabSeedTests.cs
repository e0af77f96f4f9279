using Lockstep.Lab;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Seed;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

public class LabSeedTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_seeded_lab_lets_every_adversary_in_and_leaves_nothing_when_it_stops()
    {
        var options = new LabOptions { Systems = LabSystems.All, PackedSystems = OutsideFolders.Lab,
            Servers = new LabServerOptions { Canary = LabFixture.Canary } };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var lab = await StartOrSkipAsync(options);
        output.WriteLine($"started {watch.ElapsedMilliseconds} ms");
        var pids = lab.ProcessIds.Values.ToArray();
        try
        {
            var estate = await LabSeed.RunAsync(lab, new LabSeedOptions { Canary = LabFixture.Canary });
            output.WriteLine($"seeded {watch.ElapsedMilliseconds} ms");
            foreach (var identity in AcmeCompany.Leavers)
            {
                await using var adversary = await LabAdversary.PrepareAsync(lab, estate, identity);
                var attempts = await adversary.TryEverythingAsync();
                foreach (var attempt in attempts)
                {
                    output.WriteLine($"{attempt.Identity}: {attempt.Name}: {attempt.Verdict}: {attempt.Evidence}");
                }

                Assert.NotEmpty(attempts);
                Assert.All(attempts, a => Assert.Equal(AdversaryVerdict.Works, a.Verdict));
                output.WriteLine($"{identity} {watch.ElapsedMilliseconds} ms");
            }
        }
        finally
        {
            await lab.DisposeAsync();
        }

        Assert.Equal(6, pids.Length + lab.LeftOut.Count);
        Assert.All(pids, pid => Assert.Empty(LabServerTests.ProcessesOf(pid)));
        Assert.False(Directory.Exists(lab.Folder.Root));
    }

    internal static async Task<LabServers> StartOrSkipAsync(LabOptions options)
    {
        try
        {
            return await LabServers.StartAsync(options);
        }
        catch (LabException absent) when (absent.Code == "LS8001")
        {
            Assert.Skip(absent.Message);
            throw;
        }
    }
}
