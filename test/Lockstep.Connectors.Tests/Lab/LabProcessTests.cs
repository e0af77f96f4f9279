using System.Diagnostics;
using System.Globalization;
using Lockstep.Lab;
using Lockstep.Lab.OpenLdap;
using Lockstep.Lab.Payments;
using Lockstep.Lab.PostgreSql;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

/// <summary>What happens to servers when the process that started them is killed; this test program plays that process itself.</summary>
public class LabProcessTests(LabFixture lab)
{
    public const string RunAsPaymentsService = "--payments-service";
    private const string RunAsHolder = "--lab-holder";

    [Fact]
    public async Task Servers_die_with_the_process_that_is_killed_without_warning()
    {
        _ = await lab.PostgresAsync();
        var folder = lab.Folder.Sub("holder");
        using var holder = Process.Start(Environment.ProcessPath!, [RunAsHolder, folder.Root]);
        var pids = await WaitForPidsAsync(folder, holder);
        Assert.All(pids, pid => Assert.NotEmpty(LabServerTests.ProcessesOf(pid)));

        holder.Kill();
        await holder.WaitForExitAsync();

        var watch = Stopwatch.StartNew();
        while (pids.Any(pid => LabServerTests.ProcessesOf(pid).Length > 0))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), "a server outlived the process that started it");
            await Task.Delay(50);
        }
    }

    /// <summary>Called before the test runner; true where this process is one of the helpers above and has ended.</summary>
    internal static async Task<bool> RunAsHelperAsync(string[] args)
    {
        switch (args)
        {
            case [RunAsPaymentsService, .. var rest]:
                await PaymentsServiceProgram.RunAsync(rest, CancellationToken.None);
                return true;
            case [RunAsHolder, var path]:
                var folder = LabFolder.At(path);
                await using (var postgres = await PostgresServer.StartAsync(folder.Sub("pg")))
                await using (var directory = await OpenLdapServer.StartAsync(folder.Sub("ldap")))
                {
                    folder.Write("pids", string.Create(CultureInfo.InvariantCulture, $"{postgres.ProcessId} {directory.ProcessId} end"));
                    await Task.Delay(TimeSpan.FromMinutes(2));
                }

                return true;
            default:
                return false;
        }
    }

    private static async Task<int[]> WaitForPidsAsync(LabFolder folder, Process holder)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(folder.PathOf("pids")) || !File.ReadAllText(folder.PathOf("pids")).EndsWith("end", StringComparison.Ordinal))
        {
            Assert.False(holder.HasExited, "the helper process ended");
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "the helper process started nothing");
            await Task.Delay(50);
        }

        return [.. File.ReadAllText(folder.PathOf("pids")).Split(' ')[..2].Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
    }
}
