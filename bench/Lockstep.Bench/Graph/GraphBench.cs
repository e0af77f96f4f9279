using System.Text.Json;
using Lockstep.Bench.Graph.Peers;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>Questions to the compact graph and to its peers; answers are first held to the plain engine's on a small estate.</summary>
internal static class GraphBench
{
    private const string Usage = """
        usage: lockstep bench graph [--quick] [--size XM|S|L] [--peers postgres,duckdb,kuzu,spicedb,boost]
          XM = 100,000 nodes, S = 1,000,000 (as if missing), L = 10,000,000 (needs 16 GiB)
          --quick asks less, of the engines that load in time, and says which were left out
        """;

    private static readonly DateTimeOffset At = SeededEstate.Noon;

    public static async Task<int> RunAsync(string[] args)
    {
        string size, peers;
        PeerPlan plan;
        var quick = args.Contains("--quick");
        try
        {
            (size, peers) = Read([.. args.Where(a => a != "--quick")]);
            plan = PeerPlan.Of(size, quick, peers.Length == 0 ? null : peers);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (Differences() is var differences and > 0)
        {
            Console.Error.WriteLine($"{differences} answers differ from the plain engine's; nothing was measured");
            return 1;
        }

        plan.LeftOut.ToList().ForEach(l => Console.WriteLine($"left out: {l}"));
        var report = new GraphReport(MachineFloor.Measure());
        var estate = new SeededEstate(size switch { "XM" => 100_000, "S" => 1_000_000, _ => 10_000_000 }, seed: 5);
        var table = new EstateTable(estate);
        report.Line($"{table.Count:N0} links are made up: {table.Seconds:F1} s.");
        var bench = new PeerBench(table, plan, report);
        await bench.RunAsync();
        if (bench.Differences > 0)
        {
            Console.Error.WriteLine($"{bench.Differences} answers differ between engines; nothing is written");
            return 1;
        }

        Write(report, size, plan);
        return 0;
    }

    private static (string Size, string Peers) Read(string[] args) => args switch
    {
        [] => ("S", string.Empty),
        ["--size", ("XM" or "S" or "L") and var size, .. var rest] => (size, Read(rest).Peers),
        ["--peers", var peers, .. var rest] => (Read(rest).Size, peers),
        _ => throw new ArgumentException($"`{args[0]}` is not understood"),
    };

    private static void Write(GraphReport report, string size, PeerPlan plan)
    {
        var text = report.Write(size, plan);
        Console.Write(text);
        var name = $"{size}{(plan.IsQuick ? ", quick" : string.Empty)}";
        Results.Write($"graph, size {name}", text);
        var folder = Directory.CreateDirectory(Path.Combine(Results.Repository, "bench", "results"));
        File.WriteAllText(
            Path.Combine(folder.FullName, $"graph-{size}{(plan.IsQuick ? "-quick" : string.Empty)}.json"),
            JsonSerializer.Serialize(new { Size = name, report.Floor, report.BytesPerLink, report.Rows, plan.LeftOut }) + "\n");
    }

    private static int Differences()
    {
        var estate = new SeededEstate(3_000, seed: 7);
        var links = estate.Links().GroupBy(l => l.Key).Select(g => g.Last()).ToList();
        var plain = new PlainGraph(links, _ => NodeState.Active);
        var compact = CompactGraphStore.Build(links, [], At).Current;
        return estate.Identities(30, 1).Select(estate.Name).Count(id => !Targets(plain, id).SetEquals(Targets(compact, id)));
    }

    private static HashSet<AccessTarget> Targets(IAccessGraph graph, NodeId id) =>
        [.. graph.AccessOf(id, At, QueryLimits.Default, CancellationToken.None).Value.Select(c => c.Target)];
}
