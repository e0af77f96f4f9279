using Lockstep.Cli.Demo;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>The lab with three systems that take part by fact files alone, one of which has a wrong line.</summary>
public sealed class StageWithFacts : StageFixture
{
    internal override Func<DemoStage, string>? FactsFolder => stage =>
    {
        var folder = Directory.CreateDirectory(stage.Lab.Folder.PathOf("facts")).FullName;
        foreach (var sample in Directory.EnumerateFiles(Path.Combine(Root, "samples", "facts"), "*.jsonl", SearchOption.AllDirectories))
        {
            var system = Directory.CreateDirectory(Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(sample)!))).FullName;
            File.Copy(sample, Path.Combine(system, Path.GetFileName(sample)));
        }

        File.WriteAllLines(Path.Combine(folder, "crm", "wrong.jsonl"),
            ["{\"node\":{\"id\":\"crm/account/9\",\"name\":\"nine\"}}", "{\"link\":{\"frm\":1}}"]);
        return folder;
    };
}

[Collection(LabTurn.First)]
public sealed class FactFilesTests(StageWithFacts fixture) : IClassFixture<StageWithFacts>
{
    [Fact]
    public async Task Chains_cross_from_fact_files_into_the_real_systems()
    {
        var access = (await fixture.Stage.Client.ExplainAsync(
            "dana", "SELECT", "payments.public.payments", null, CancellationToken.None)).Access.Chains;

        foreach (var system in new[] { "build-server", "crm" })
        {
            Assert.Contains(access, c => c.Links.Any(l => l.From.System == system) && c.Resource.System == "postgresql");
        }

        var vpn = (await fixture.Stage.Client.AccessAsync("dana", null, CancellationToken.None)).Access.Chains;
        Assert.Contains(vpn, c => c.Resource.System == "vpn" && c.Action == "CONNECT");
    }

    [Fact]
    public async Task A_wrong_line_is_named_by_file_and_line_and_the_rest_still_loads()
    {
        var crm = Assert.Single((await fixture.Stage.Client.SystemsAsync(null, CancellationToken.None)).Systems, s => s.Name == "crm");

        Assert.Contains(crm.Gaps, g => g.Why.Detail.Contains("wrong.jsonl", StringComparison.Ordinal)
            && g.Why.Detail.Contains('2', StringComparison.Ordinal));
        Assert.True(crm.FactCount > 10, $"only {crm.FactCount} facts were loaded");
    }
}
