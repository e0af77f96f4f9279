using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lockstep.Connectors;
using Lockstep.Connectors.FactFiles;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Connectors.Tests.FactFiles;

public sealed class FactsConnectorTests : IDisposable
{
    private const string Dana = """{"node":{"id":"crm/account/7","name":"Dana"}}""";
    private const string Link = """{"link":{"from":"crm/account/7","kind":"memberOf","to":"crm/group/sales"}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ls-facts-");

    private FactsConnector Connector => new(new FactsSettings("crm", _folder.FullName));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_file_is_read_and_the_listing_is_complete()
    {
        Write("a.jsonl", "\uFEFF" + Dana + "\r\n\n");
        Write("b.jsonl", Link);
        Write("notes.txt", "not a fact");

        var seen = await ObserveAsync();
        Assert.Equal(["a.jsonl", "b.jsonl"], seen.OfType<Observation.Seen>().Select(s => s.Fact.Scope));
        Assert.True(Assert.IsType<Observation.Complete>(seen[^1]).IsFull);
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public async Task A_wrong_line_is_named_and_the_rest_still_loads()
    {
        Write("a.jsonl", $"{Dana}\n{Link.Replace("memberOf", "hunter2", StringComparison.Ordinal)}\n{Link}");
        Write("b.jsonl", """{"node":{"id":"crm/group/sales"}}""");

        var seen = await ObserveAsync();
        Assert.Equal(3, seen.OfType<Observation.Seen>().Count());
        var gap = Assert.Single(seen.OfType<Observation.NotCovered>());
        Assert.Equal(("a.jsonl*", "LS1102"), (gap.Scope, gap.Error.Code));
        Assert.StartsWith("`a.jsonl` line 2: `link.kind`: expected one of `represents`", gap.Error.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", gap.Error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"node":{"id":"corp-ldap/account/7"}}""", "LS1106")]
    [InlineData("""{"node":{"id":"crm/account/?uid=dana"}}""", "LS1106")]
    [InlineData(Dana, "LS1107")]
    public async Task What_is_not_this_systems_to_say_or_said_twice_is_refused(string line, string code)
    {
        Write("a.jsonl", $"{Dana}\n{line}\n");
        Assert.Equal(code, Assert.Single((await ObserveAsync()).OfType<Observation.NotCovered>()).Error.Code);
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(2_500_000)]
    public async Task A_line_that_is_too_long_is_refused_wherever_it_stands(int length)
    {
        Write("a.jsonl", $"{Dana}\n{new string('x', length)}\n{Link}\n{new string('y', length)}");

        var seen = await ObserveAsync();
        Assert.Equal(2, seen.OfType<Observation.Seen>().Count());
        Assert.Equal(
            ["`a.jsonl` line 2: expected at most 65536 bytes", "`a.jsonl` line 4: expected at most 65536 bytes"],
            seen.OfType<Observation.NotCovered>().Select(g => g.Error.Detail));
    }

    [Fact]
    public async Task Many_wrong_lines_are_counted_and_not_all_listed()
    {
        Write("a.jsonl", string.Join('\n', Enumerable.Repeat("nonsense", 1000)));

        var gaps = (await ObserveAsync()).OfType<Observation.NotCovered>().ToList();
        Assert.Equal(21, gaps.Count);
        Assert.Contains("980 more", gaps[^1].Error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_said_again_while_no_file_changed()
    {
        Write("a.jsonl", Dana);
        var cursor = ((Observation.Complete)(await ObserveAsync())[^1]).Cursor;
        var again = Assert.IsType<Observation.Complete>(Assert.Single(await ObserveAsync(cursor)));
        Assert.False(again.IsFull);

        Write("b.jsonl", Link);
        Assert.Equal(3, (await ObserveAsync(cursor)).Count);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_incomplete_observation_and_not_an_empty_one()
    {
        var connector = new FactsConnector(new FactsSettings("crm", Path.Combine(_folder.FullName, "nowhere")));
        var broken = await Assert.ThrowsAsync<IncompleteObservationException>(
            async () => await connector.ObserveAsync(null, default).ToListAsync());
        Assert.Equal("LS1101", broken.Error.Code);
        Assert.False((await connector.CheckAsync(default)).IsReachable);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_an_incomplete_observation()
    {
        Write("a.jsonl", $"{Dana}\n{Link}\n");
        var broken = await Assert.ThrowsAsync<IncompleteObservationException>(async () =>
        {
            await foreach (var _ in Connector.ObserveAsync(null, default))
            {
                await File.AppendAllTextAsync(Path.Combine(_folder.FullName, "a.jsonl"), "\n");
            }
        });
        Assert.Equal("LS1104", broken.Error.Code);
    }

    [Fact]
    public async Task A_checkup_names_wrong_lines()
    {
        Write("a.jsonl", Dana + "\nnonsense");
        var checkup = await Connector.CheckAsync(default);
        Assert.True(checkup.IsReachable);
        Assert.Contains(checkup.Notes, n => n.IsProblem && n.Text.Contains("line 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_million_links_load_whole()
    {
        await WriteMillionAsync();
        var watch = Stopwatch.StartNew();
        var count = 0;
        await foreach (var observation in Connector.ObserveAsync(null, default))
        {
            count += observation is Observation.Seen ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} links in {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(1_000_000, count);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private async Task WriteMillionAsync()
    {
        await using var file = new StreamWriter(Path.Combine(_folder.FullName, "a.jsonl"), append: false, Encoding.ASCII);
        for (var i = 0; i < 1_000_000; i++)
        {
            await file.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"link\":{{\"from\":\"crm/account/{i / 10}\",\"kind\":\"memberOf\",\"to\":\"crm/group/{i % 1000}\",\"evidence\":\"role sheet\"}}}}"));
        }
    }

    private ValueTask<List<Observation>> ObserveAsync(string? cursor = null) => Connector.ObserveAsync(cursor, default).ToListAsync();
}
