using System.Text.Json.Nodes;
using Lockstep.Client;
using Lockstep.Ledger;
using Lockstep.Server.Config;
using Lockstep.Server.Tests.Api;
using Lockstep.Server.Workers;
using Lockstep.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>A running server whose ledger an independent witness cosigns, by the server's own configuration.</summary>
public sealed class WitnessedServerTests
{
    private const string FindingKind = "witness-refuses";

    /// <summary>
    /// Goal: who puts an older ledger back is found out at the next checkpoint. Method: the server stops, its ledger's files are those of
    /// before, it starts and writes something else. The judge, which accepted the export before, is the proof that the witness was there.
    /// </summary>
    [Fact]
    public async Task A_ledger_put_back_is_refused_at_the_next_checkpoint_and_the_finding_is_there()
    {
        await using var server = await TestHost.StartAsync();
        var key = server.Host.Ledger.VerifierKey;
        await using var witness = await TlogWitness.StartAsync("w1", key, Folder(server, "witness"));
        await server.EndAsync();
        server.Witnesses = [new WitnessConfig(witness.Address, witness.Key)];
        await server.BeginAsync();
        await WriteAsync(server, "before");
        await SealAsync(server);
        await server.EndAsync();
        var older = Directory.EnumerateFiles(Path.Combine(server.Folder, "data")).ToDictionary(path => path, File.ReadAllBytes);

        await server.BeginAsync();
        await WriteAsync(server, "lost");
        await WriteAsync(server, "lost as well");
        await SealAsync(server);
        Assert.Empty(await RefusalsAsync(server));
        await server.Host.Ledger.ExportAsync(Folder(server, "export"), CancellationToken.None);
        TlogJudge.Holds("log", "-vkey", key, "-dir", Folder(server, "export"), "-witness", witness.Key);
        await server.EndAsync();
        foreach (var (path, bytes) in older)
        {
            await File.WriteAllBytesAsync(path, bytes);
        }

        await server.BeginAsync();
        await WriteAsync(server, "otherwise");
        await SealAsync(server);

        var finding = Assert.Single(await RefusalsAsync(server));
        Assert.Equal("critical", finding.Severity);
        Assert.Contains("the ledger that we run is not the one", finding.Detail, StringComparison.Ordinal);
        Assert.Contains("w1", finding.Detail, StringComparison.Ordinal);

        // It is said once, not at each seal; and it is still there after a new start.
        var size = server.Host.Ledger.Latest.Size;
        await SealAsync(server);
        Assert.Equal(size, server.Host.Ledger.Latest.Size);
        await server.EndAsync();
        await server.BeginAsync();
        Assert.Single(await RefusalsAsync(server));
    }

    [Fact]
    public async Task A_witness_that_does_not_know_the_ledger_is_a_finding_and_one_that_is_down_is_not()
    {
        await using var server = await TestHost.StartAsync();
        var stranger = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        await using var witness = await TlogWitness.StartAsync("w2", stranger, Folder(server, "w2"));
        var down = await TlogWitness.StartAsync("w3", stranger, Folder(server, "w3"));
        await down.DisposeAsync();
        await server.EndAsync();
        server.Witnesses = [new WitnessConfig(witness.Address, witness.Key), new WitnessConfig(down.Address, down.Key)];
        await server.BeginAsync();
        await WriteAsync(server, "something");
        await SealAsync(server);

        var finding = Assert.Single(await RefusalsAsync(server));

        Assert.Equal("medium", finding.Severity);
        Assert.Contains("w2", finding.Detail, StringComparison.Ordinal);
    }

    private static string Folder(TestHost server, string name) => Directory.CreateDirectory(Path.Combine(server.Folder, name)).FullName;

    private static Task<LedgerReceipt> WriteAsync(TestHost server, string what) =>
        server.Host.Ledger.AppendAsync(
            [LedgerDraft.Of("note.written", "test", new JsonObject { ["what"] = what })], Durability.Intent, CancellationToken.None);

    private static Task<long> SealAsync(TestHost server) =>
        server.Host.Services.GetServices<IHostedService>().OfType<LedgerSealer>().Single().SealAsync(CancellationToken.None);

    private static async Task<IReadOnlyList<FindingView>> RefusalsAsync(TestHost server) =>
        [.. (await server.Admin.FindingsAsync(null, CancellationToken.None)).Findings.Where(f => f.Kind == FindingKind)];
}
