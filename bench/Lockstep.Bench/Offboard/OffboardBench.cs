using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Lockstep.Bench.Offboard;

/// <summary>From the order to offboard until the last proof, in the demo's lab: one demo a run, read off the certificate that it wrote.</summary>
internal static class OffboardBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var measured = new List<OffboardRun>();
        for (var run = 1; run <= runs; run++)
        {
            var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
            var failed = await DemoAsync(folder);
            if (failed != 0)
            {
                Console.Error.WriteLine($"run {run}: the demo ended with {failed}; its log is {folder}/demo.log");
                return 1;
            }

            measured.Add(OffboardRun.Read(Path.Combine(folder, "certificate.json")));
            Console.WriteLine($"run {run}: {measured[^1]}");
            Directory.Delete(folder, recursive: true);
        }

        var table = Table(measured);
        Console.WriteLine(table);
        Results.Write("Offboarding in the demo's lab", table);
        return 0;
    }

    private static async Task<int> DemoAsync(string folder)
    {
        var start = new ProcessStartInfo(Path.Combine(Results.Repository, "lockstep"), ["demo", "--once", "--out", folder]) { RedirectStandardOutput = true };
        using var demo = Process.Start(start)!;
        await File.WriteAllTextAsync(Path.Combine(folder, "demo.log"), await demo.StandardOutput.ReadToEndAsync());
        await demo.WaitForExitAsync();
        return demo.ExitCode;
    }

    private static string Table(List<OffboardRun> runs) => string.Create(CultureInfo.InvariantCulture, $"""
        {runs.Count} runs of `lockstep demo --once` on {Environment.ProcessorCount} cores, read off each run's certificate: {runs[0].Steps} steps over four real systems.

        | | median | least | most |
        |---|---|---|---|
        | order to last proof, without the cached leg | {Row(runs, r => r.Seconds, "0.00 s")} |
        | the cached leg (Barbican serves a revoked token for 20 s) | {Row(runs, r => r.CachedSeconds, "0.0 s")} |
        | share spent waiting for the systems' own answers | {Row(runs, r => r.SystemShare, "0 %")} |
        """);

    private static string Row(List<OffboardRun> runs, Func<OffboardRun, double> of, string format)
    {
        var sorted = runs.Select(of).Order().ToList();
        return string.Join(" | ", new[] { sorted[sorted.Count / 2], sorted[0], sorted[^1] }.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
    }
}

/// <summary>The times of one offboarding.</summary>
/// <param name="Seconds">From the order to the last proof, without the wait for caches.</param>
/// <param name="CachedSeconds">The wait for caches.</param>
/// <param name="SystemShare">The part of <paramref name="Seconds"/> in which at least one order, look or probe was with a system.</param>
/// <param name="Steps">How many steps there were.</param>
internal sealed record OffboardRun(double Seconds, double CachedSeconds, double SystemShare, int Steps)
{
    public static OffboardRun Read(string certificate)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(certificate));
        var view = document.RootElement.GetProperty("body").GetProperty("case");
        var steps = view.GetProperty("steps").EnumerateArray().ToList();
        var waits = steps.Where(s => s.GetProperty("plan").GetProperty("cut").ValueKind == JsonValueKind.Null).Select(Interval).ToList();
        var cuts = steps.Where(s => s.GetProperty("plan").GetProperty("cut").ValueKind != JsonValueKind.Null).Select(Interval).ToList();
        var cached = waits.Sum(w => (w.To - w.From).TotalSeconds);
        var total = (cuts.Max(c => c.To) - view.GetProperty("openedAt").GetDateTimeOffset()).TotalSeconds - cached;
        return new(total, cached, Union(cuts) / total, steps.Count);
    }

    private static (DateTimeOffset From, DateTimeOffset To) Interval(JsonElement step) =>
        (step.GetProperty("requestedAt").GetDateTimeOffset(), step.GetProperty("provenAt").GetDateTimeOffset());

    private static double Union(List<(DateTimeOffset From, DateTimeOffset To)> intervals)
    {
        var (covered, end) = (0.0, DateTimeOffset.MinValue);
        foreach (var (from, to) in intervals.OrderBy(i => i.From))
        {
            var start = from > end ? from : end;
            covered += to > start ? (to - start).TotalSeconds : 0;
            end = to > end ? to : end;
        }

        return covered;
    }
}
