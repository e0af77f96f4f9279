using System.Text.Json;
using Lockstep.Lab.Estates;
using Xunit;

namespace Lockstep.Server.Tests.Facts;

/// <summary>The running server on a made-up estate of 10,000 nodes, against a walk over the same fact files that shares no code with it.</summary>
public sealed class MadeUpEstateTests
{
    private static readonly HashSet<string> Flowing = ["memberOf", "assumes", "reads", "contains", "authenticatesAs"];

    [Fact]
    public async Task Access_and_who_can_equal_a_walk_over_the_files()
    {
        var folder = Directory.CreateTempSubdirectory("ls-estate-").FullName;
        var written = EstateFiles.Write(folder, EstateSize.Named("xs"), seed: 7, port: 0, _ => { });
        await using var host = await FactsHost.StartAsync(written.Config);
        var walk = new Walk(Directory.GetFiles(folder, "*.jsonl", SearchOption.AllDirectories));

        var systems = await host.Admin.SystemsAsync(asOf: null, CancellationToken.None);
        Assert.Equal(written.Facts, systems.Systems.Sum(s => s.FactCount));
        foreach (var person in Enumerable.Range(0, 10).Select(i => i * 21))
        {
            var answer = await host.Admin.AccessAsync($"p{person}", null, CancellationToken.None);
            Assert.Equal(
                walk.AccessOf($"E{person}").Order(), answer.Access.Chains.Select(c => $"{c.Action} {c.Resource.Id}").Order());
        }

        var asked = (await host.Admin.AccessAsync("p0", null, CancellationToken.None)).Access.Chains.First(c => c.Action != "read");
        var who = await host.Admin.WhoCanAsync(asked.Action, asked.Resource.Id, null, CancellationToken.None);
        var people = Enumerable.Range(0, 220).Where(p => walk.AccessOf($"E{p}").Contains($"{asked.Action} {asked.Resource.Id}"));
        Assert.Equal(people.Select(p => $"p{p}").Order(), who.Access.Chains.Select(c => c.Start.Name).Where(n => n[0] == 'p').Order());

        var shown = await host.Admin.AccessAsync("p0", null, CancellationToken.None, chainsMax: 3);
        Assert.Equal((3, walk.AccessOf("E0").Count), (shown.Access.Chains.Count, shown.Access.Found));
    }

    /// <summary>The plainest walk there is: from a person's accounts along the links of the files.</summary>
    private sealed class Walk
    {
        private readonly Dictionary<string, List<string>> _accounts = [];
        private readonly Dictionary<string, List<(string Kind, string To, string? Action)>> _links = [];

        internal Walk(IEnumerable<string> files)
        {
            foreach (var line in files.SelectMany(File.ReadLines).Select(l => JsonDocument.Parse(l).RootElement))
            {
                if (line.TryGetProperty("node", out var node))
                {
                    if (node.TryGetProperty("attributes", out var said) && said.TryGetProperty("employeeNumber", out var number)
                        && node.GetProperty("state").GetString() == "active")
                    {
                        Of(_accounts, number.GetString()!).Add(node.GetProperty("id").GetString()!);
                    }
                }
                else
                {
                    var link = line.GetProperty("link");
                    Of(_links, link.GetProperty("from").GetString()!).Add((
                        link.GetProperty("kind").GetString()!, link.GetProperty("to").GetString()!,
                        link.TryGetProperty("action", out var action) ? action.GetString() : null));
                }
            }
        }

        internal HashSet<string> AccessOf(string employeeNumber)
        {
            HashSet<string> found = [], seen = [];
            var left = new Queue<string>(_accounts.GetValueOrDefault(employeeNumber, []));
            while (left.TryDequeue(out var node))
            {
                foreach (var (kind, to, action) in seen.Add(node) ? _links.GetValueOrDefault(node, []) : [])
                {
                    if (kind is "permits" or "reads")
                    {
                        found.Add($"{action ?? "read"} {to}");
                    }

                    if (Flowing.Contains(kind))
                    {
                        left.Enqueue(to);
                    }
                }
            }

            return found;
        }

        private static List<T> Of<T>(Dictionary<string, List<T>> lists, string key) =>
            lists.TryGetValue(key, out var list) ? list : lists[key] = [];
    }
}
