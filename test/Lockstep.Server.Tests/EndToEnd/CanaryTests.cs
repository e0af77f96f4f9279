using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Barbican;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>A company whose Barbican serves revoked tokens for four seconds, as it is configured and as Lockstep believes.</summary>
public sealed class ShortCacheFixture : StageFixture
{
    internal override LabOptions Lab => new()
    {
        Systems = LabSystems.All, PackedSystems = OutsideFolders.Lab, Barbican = new BarbicanOptions { TokenCacheTime = 4 },
    };
}

/// <summary>What canaries measure on the real systems.</summary>
[Collection(LabTurn.Second)]
public sealed class CanaryTests(ShortCacheFixture fixture) : IClassFixture<ShortCacheFixture>
{
    /// <summary>
    /// Goal: a promised bound is measured, and a broken promise is found. Method: every canary is cut; then Barbican's cache is made
    /// longer than Lockstep was told, and its canary is cut again.
    /// </summary>
    [Fact]
    public async Task A_bound_is_measured_and_one_that_was_changed_behind_our_back_is_found()
    {
        var client = fixture.Stage.Client;
        var first = (await client.RunCanariesAsync(new CanaryRequest(), CancellationToken.None)).Systems.ToDictionary(s => s.System);

        string[] host = fixture.Stage.Lab.SshHost is null ? [] : ["host"];
        string[] vault = fixture.Stage.Lab.OpenBao is null ? [] : ["openbao"];
        Assert.Equal(["barbican", "directory", .. host, "keystone", .. vault, "postgresql"], first.Keys.Order());
        Assert.All(first.Values, s => Assert.True(
            s is { Error: null, WasDenied: true } && s.MeasuredSeconds <= s.ComputedSeconds, $"{s.System}: {s.MeasuredSeconds} {s.Error}"));
        Assert.All(first.Values.SelectMany(s => s.Rows), r => Assert.True(r.Holds, $"{r.Row}: {r.Seen}"));
        Assert.InRange(first["barbican"].MeasuredSeconds!.Value, 1.5, 9);
        Assert.Equal(9, first["barbican"].ComputedSeconds);
        await ReadCertificateAsync(first["directory"].Case!.Value);

        await fixture.Stage.Lab.Barbican!.SetTokenCacheTimeAsync(20);
        var again = (await client.RunCanariesAsync(new CanaryRequest("barbican"), CancellationToken.None)).Systems
            .Single(s => s.System == "barbican");
        Assert.True(again.MeasuredSeconds > 9, $"{again.MeasuredSeconds} s {again.Error?.Detail}");

        var systems = await OwnCli.RunAsync(fixture.Stage, ["systems", "--json"]);
        Assert.Contains("\"computedSeconds\": 9", systems.Output, StringComparison.Ordinal);
        var barbican = (await client.SystemsAsync(null, CancellationToken.None)).Systems.Single(s => s.Name == "barbican").Denial;
        Assert.Equal((2, again.MeasuredSeconds), (barbican.Measured!.Count, barbican.Measured.Last));
        var table = await OwnCli.RunAsync(fixture.Stage, ["systems"]);
        Assert.Contains("n 2", table.Output, StringComparison.Ordinal);
        var findings = (await client.FindingsAsync(null, CancellationToken.None)).Findings;
        Assert.Contains(findings, f => f.Kind == "denial-bound-exceeded" && f.Detail.StartsWith("barbican", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Kind != "denial-bound-exceeded" && f.Subject?.Name == Lockstep.Lab.Seed.LabSeed.Canary);
    }

    /// <summary>The canary's own case: locking a directory's account leaves connections open, which nothing of Lockstep's ends.</summary>
    private async Task ReadCertificateAsync(Guid id)
    {
        var file = Path.Combine(fixture.Stage.DataFolder, "canary.certificate.json");
        await File.WriteAllBytesAsync(file, await fixture.Stage.Client.CertificateAsync(id, CancellationToken.None));

        var (exitCode, said, _) = await OwnCli.RunAsync(fixture.Stage, ["verify", file]);

        Assert.Equal(0, exitCode);
        string[] words = ["requested", "acknowledged", "observed", "proven", "no bound promised", "ldap/lock-new-bind"];
        Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
        var left = said.Split('\n').Single(l => l.Contains("(ldap/lock-open-connection)", StringComparison.Ordinal));
        Assert.Contains("until the connection is ended; ended by a deny rule by name", left, StringComparison.Ordinal);
        var itself = said.Split('\n').Single(l => l.Contains("(ldap/lock-then-password)", StringComparison.Ordinal));
        Assert.EndsWith("ended by the step itself", itself.TrimEnd(), StringComparison.Ordinal);
    }
}
