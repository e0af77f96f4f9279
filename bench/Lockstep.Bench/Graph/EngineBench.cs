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
        var text = new StringBuilder()
            .AppendLine("Names in, chains out, memory warm; one thread where nothing else is said. Minima and medians of five where repeated.")
            .AppendLine()
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
        Sweeps(store.Current, rows);
        EngineQuestions.Ask(store.Current, estate, (name, value, goal) => rows.Add(new(name, value, goal)));
        Changes(store, estate, rows);
        var again = Least(Rounds, () => store.Current.Sweep(At, QueryLimits.Default, CancellationToken.None));
        rows.Add(new("d sweep after those changes, before the next freeze, ms (least of 5)", again, null));
    }

    private static void Sweeps(CompactGraph graph, List<Figure> rows)
    {
        var found = 0;
        rows.Add(new("d first sweep after a load, with the distances to access made, ms", Least(1, Sweep), null));
        var sweep = Least(Rounds, Sweep);
        rows.Add(new("d sweep: identities that left and still reach something", found, null));
        rows.Add(new("d sweep with a shortest chain each, two threads, ms (least of 5)", sweep, "100"));
        rows.Add(new("d sweep, ns an identity found", sweep * 1e6 / Math.Max(1, found), null));
        long pairs = 0;
        var reach = Least(2, () =>
        {
            pairs = 0;
            graph.SweepReach(At, QueryLimits.Default, r => Interlocked.Add(ref pairs, r.Count), CancellationToken.None);
        });
        rows.Add(new("d full reach sets of all who left, two threads, s (least of 2)", reach / 1000, "5"));
        rows.Add(new("d full reach sets: pairs of identity and access, millions", pairs / 1e6, null));

        void Sweep() => found = graph.Sweep(At, QueryLimits.Default, CancellationToken.None).Value.Count;
    }

    private static void Changes(CompactGraphStore store, SeededEstate estate, List<Figure> rows)
    {
        var ids = estate.Identities(500, 3).Select(estate.Name).ToList();
        var extra = estate.Resources(1, 9).Select(estate.Name).Single();
        var links = ids.ConvertAll(id => new Link
        {
            From = id, To = extra, Kind = LinkKind.Permits, Action = "SELECT", Validity = Validity.Always,
            Enforcement = Enforcement.Online, Source = "bench", Evidence = "made up",
        });
        var asserts = links.ConvertAll(link => new GraphChange[] { new GraphChange.Assert(link) });
        var retracts = links.ConvertAll(link => new GraphChange[] { new GraphChange.Retract(link.Key) });
        rows.Add(new("g one link asserted and visible, p50 us", Median(asserts.ConvertAll(c => TimeUs(() => store.Apply(c)))), "1"));
        rows.Add(new("g one link retracted and visible, p50 us", Median(retracts.ConvertAll(c => TimeUs(() => store.Apply(c)))), "1"));
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static double Least(int rounds, Action action) => Enumerable.Range(0, rounds).Min(_ => TimeUs(action)) / 1000;

    internal static double TimeUs(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private sealed record Figure(string Name, double Value, string? GoalAtL);
}
