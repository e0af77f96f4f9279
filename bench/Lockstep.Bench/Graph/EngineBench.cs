using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>The engine alone, up to the largest size: memory, building, the snapshot, the sweep, one change, beside the machine's floor.</summary>
internal static class EngineBench
{
    private const int Rounds = 5;
    private static readonly DateTimeOffset At = SeededEstate.Noon;

    public static int Run(string[] args)
    {
        var size = args is ["--size", ("XM" or "S" or "L") and var named] ? named : args.Length == 0 ? "S" : null;
        if (size is null)
        {
            Console.Error.WriteLine("usage: lockstep bench engine [--size XM|S|L]   L = 10,000,000 nodes, needs 10 GiB");
            return 2;
        }

        var estate = new SeededEstate(size switch { "XM" => 100_000, "S" => 1_000_000, _ => 10_000_000 }, seed: 5);
        var rows = new List<Figure>();
        var floor = MachineFloor.Measure();
        rows.Add(new("floor: sequential read, GB/s", floor.SequentialGBs, null));
        rows.Add(new("floor: random read, M/s", floor.RandomMs, null));
        rows.Add(new("floor: dependent miss, ns", floor.MissNs, null));
        var store = Build(estate, rows);
        Snapshot(ref store, rows);
        Questions(store, estate, rows);
        var text = new StringBuilder().AppendLine("Names in, chains out, one thread, memory warm. Minima and medians of five where repeated.").AppendLine()
            .AppendLine("| figure | value | goal at L |").AppendLine("|---|---:|---|");
        rows.ForEach(r => text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Name} | {r.Value:N2} | {r.GoalAtL} |"));
        Console.Write(text);
        Results.Write($"graph engine, size {size}", text.ToString());
        File.WriteAllText(
            Path.Combine(Results.Repository, "bench", "results", $"graph-engine-{size}.json"), JsonSerializer.Serialize(rows) + "\n");
        return 0;
    }

    private static CompactGraphStore Build(SeededEstate estate, List<Figure> rows)
    {
        var start = Stopwatch.GetTimestamp();
        var staged = 0.0;
        var store = CompactGraphStore.Build(
            intake =>
            {
                estate.Fill(intake);
                staged = Stopwatch.GetElapsedTime(start).TotalSeconds;
            },
            At,
            estate.NodeCount);
        var all = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var graph = store.Current;
        rows.Add(new("nodes, millions", graph.NodeCount / 1e6, null));
        rows.Add(new("links, millions", graph.LinkCount / 1e6, null));
        rows.Add(new("made up and staged, s", staged, null));
        rows.Add(new("frozen from staged links, s", all - staged, "60, with reading facts"));
        rows.Add(new("bytes a link, both directions with kind, validity, evidence", (double)graph.LinkBytes / graph.LinkCount, "16"));
        rows.Add(new("links and names in memory, GiB", (graph.LinkBytes + graph.NodeBytes) / (double)(1L << 30), "6"));
        return store;
    }

    private static void Snapshot(ref CompactGraphStore store, List<Figure> rows)
    {
        var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
        try
        {
            var path = Path.Combine(folder, "graph.snapshot");
            var start = Stopwatch.GetTimestamp();
            using (var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                GraphSnapshot.Write(store, to, 1, At);
                to.Flush(flushToDisk: true);
            }

            rows.Add(new("snapshot written and flushed, s", Stopwatch.GetElapsedTime(start).TotalSeconds, null));
            rows.Add(new("snapshot, GB", new FileInfo(path).Length / 1e9, null));
            store = null!;
            GC.Collect();
            var loads = new List<double>();
            for (var i = 0; i < 3; i++)
            {
                start = Stopwatch.GetTimestamp();
                using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
                store = ((SnapshotAnswer.Loaded)GraphSnapshot.Read(from, At)).Store;
                loads.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                GC.Collect();
            }

            rows.Add(new("snapshot loaded and checked, s (least of 3, file in the page cache)", loads.Min(), "5"));
            rows.Add(new("resident after the load, GiB", Environment.WorkingSet / (double)(1L << 30), "6"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Questions(CompactGraphStore store, SeededEstate estate, List<Figure> rows)
    {
        var graph = store.Current;
        var (found, sweeps) = (0, new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            found = graph.Sweep(At, QueryLimits.Default, CancellationToken.None).Value.Count;
            sweeps.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        rows.Add(new("d sweep: identities that left and still reach something", found, null));
        rows.Add(new("d sweep with a shortest chain each, ms (least of 5)", sweeps.Min(), "100"));
        rows.Add(new("d sweep, ns an identity found", sweeps.Min() * 1e6 / Math.Max(1, found), null));
        var ids = estate.Identities(500, 3).Select(estate.Name).ToList();
        var times = Enumerable.Range(0, Rounds).Select(_ => ids.ConvertAll(id => TimeUs(
            () => graph.AccessOf(id, At, QueryLimits.Default, CancellationToken.None)))).ToList();
        var medians = ids.Select((_, i) => times.Select(t => t[i]).Order().ElementAt(Rounds / 2)).Order().ToList();
        rows.Add(new("a effective access found, p50 us", medians[medians.Count / 2], "10"));
        rows.Add(new("a effective access found, p99 us", medians[(int)((medians.Count - 1) * 0.99)], "10,000"));
        var extra = estate.Resources(1, 9).Select(estate.Name).Single();
        var changes = ids.ConvertAll(id => new GraphChange[]
        {
            new GraphChange.Assert(new Link
            {
                From = id, To = extra, Kind = LinkKind.Permits, Action = "SELECT", Validity = Validity.Always,
                Enforcement = Enforcement.Online, Source = "bench", Evidence = "made up",
            }),
        });
        var applied = changes.ConvertAll(change => TimeUs(() => store.Apply(change))).Order().ToList();
        rows.Add(new("g one change applied and visible, p50 us", applied[applied.Count / 2], "1"));
    }

    private static double TimeUs(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private sealed record Figure(string Name, double Value, string? GoalAtL);
}
