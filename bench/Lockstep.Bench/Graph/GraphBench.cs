using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Lockstep.Bench.Graph.Peers;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>Questions to the compact graph; answers are first held to the plain engine's on a small estate of the same shape.</summary>
internal static class GraphBench
{
    private const string Usage = """
        usage: lockstep bench graph [--quick] [--size XM|S]
          XM = 100,000 nodes, S = 1,000,000 (as if missing); --quick asks less, of fewer engines
        """;

    private static readonly DateTimeOffset At = SeededEstate.Noon;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(a => a is not ("--quick" or "--size" or "S" or "XM")))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (Differences() is var differences and > 0)
        {
            Console.Error.WriteLine($"{differences} answers differ from the plain engine's; nothing was measured");
            return 1;
        }

        var quick = args.Contains("--quick");
        var estate = new SeededEstate(args.Contains("XM") ? 100_000 : 1_000_000, seed: 5);
        var (text, rows, differs) = await new PeerBench(estate, quick).RunAsync();
        Console.Write(text);
        if (differs > 0)
        {
            Console.Error.WriteLine($"{differs} answers differ between engines; nothing is written");
            return 1;
        }

        Results.Write($"graph, size {(args.Contains("XM") ? "XM" : "S")}{(quick ? ", quick" : "")}", text);
        File.WriteAllText(Path.Combine(Results.Repository, "bench", "results", "graph-peers.json"), JsonSerializer.Serialize(rows) + "\n");
        return 0;
    }

    private static int Differences()
    {
        var estate = new SeededEstate(3_000, seed: 7);
        var links = estate.Links().GroupBy(l => l.Key).Select(g => g.Last()).ToList();
        var plain = new PlainGraph(links, _ => NodeState.Active);
        var compact = CompactGraphStore.Build(links, [], At).Current;
        return estate.Identities(30, 1).Select(estate.Name).Count(id => !Ordered(plain, id).SequenceEqual(Ordered(compact, id)));
    }

    private static List<AccessTarget> Targets(IAccessGraph graph, NodeId id) =>
        [.. graph.AccessOf(id, At, QueryLimits.Default, CancellationToken.None).Value.Select(c => c.Target)];

    // The compact engine does not give the order that IAccessGraph promises, so what is compared is what was found.
    private static IEnumerable<AccessTarget> Ordered(IAccessGraph graph, NodeId id) =>
        Targets(graph, id).OrderBy(t => t.Resource).ThenBy(t => t.Action, StringComparer.Ordinal);

    private static void Report(CompactGraph graph, SeededEstate estate, double seconds, bool quick)
    {
        var ids = estate.Identities(quick ? 200 : 500, 1).Select(estate.Name).ToList();
        var asked = ids.SelectMany(id => Targets(graph, id).Take(1).Select(t => (First: id, Second: t))).ToList();
        var access = asked.ConvertAll(a => a.Second);
        foreach (var id in ids.Take(20))
        {
            graph.BlastRadius(id, At, QueryLimits.Default, CancellationToken.None);
        }

        var rows = new List<Row>
        {
            Measure("a effective access, found (chains unwritten)", ids, id => graph.AccessOf(id, At, QueryLimits.Default, CancellationToken.None)),
            Measure("b who-can, found (chains unwritten)", access.Take(100), t => graph.WhoCan(t, At, QueryLimits.Default, CancellationToken.None)),
            Measure("a effective access, every chain written", ids.Take(50), id => Targets(graph, id)),
            Measure("c check with chain", asked, p => graph.Check(p.First, p.Second, At, QueryLimits.Default, CancellationToken.None)),
            Measure("f blast radius", ids, id => graph.BlastRadius(id, At, QueryLimits.Default, CancellationToken.None)),
        };
        var perLink = (double)graph.LinkBytes / graph.LinkCount;
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture,
            $"{graph.NodeCount:N0} nodes, {graph.LinkCount:N0} links, {perLink:F1} bytes a link; built from links in {seconds:F1} s. Names in, chains out:")
            .AppendLine("what a caller of the library pays; warm. Allowed checks only, each to the first target found. Targets for 30 identities equal the plain engine's as sets on 3,000 nodes; their order does not. Machine shared, one thread.")
            .AppendLine().AppendLine("| question | asked | median us | p99 us |").AppendLine("|---|---:|---:|---:|");
        rows.ForEach(r => text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Question} | {r.Asked} | {r.MedianUs:F1} | {r.P99Us:F1} |"));
        Console.Write(text);
        Results.Write($"graph{(quick ? ", quick" : ", size S")}", text.ToString());
        Directory.CreateDirectory(Path.Combine(Results.Repository, "bench", "results"));
        File.WriteAllText(Path.Combine(Results.Repository, "bench", "results", "graph.json"), JsonSerializer.Serialize(
            new { graph.NodeCount, graph.LinkCount, BytesPerLink = perLink, BuildSeconds = seconds, Rows = rows }) + "\n");
    }

    private static Row Measure<T>(string question, IEnumerable<T> inputs, Action<T> ask)
    {
        var times = new List<double>();
        foreach (var input in inputs)
        {
            var start = Stopwatch.GetTimestamp();
            ask(input);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        return times.Count == 0 ? new(question, 0, 0, 0) : new(question, times.Count, times[times.Count / 2], times[(int)((times.Count - 1) * 0.99)]);
    }

    private sealed record Row(string Question, int Asked, double MedianUs, double P99Us);
}
