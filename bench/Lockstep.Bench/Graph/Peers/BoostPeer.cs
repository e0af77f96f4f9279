using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>Boost's minimum cut (Boykov-Kolmogorov) on the very problem that the least cut solves, taken out and ready.</summary>
internal static class BoostPeer
{
    /// <summary>Compiles it; <see langword="null"/> after saying why not.</summary>
    public static string? TryBuild()
    {
        var source = Path.Combine(Results.Repository, "bench", "Lockstep.Bench", "Graph", "Peers", "boost-cut.cpp");
        var program = Path.Combine(Results.Repository, "artifacts", "bench-peers", "boost-cut");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("g++", ["-O2", "-o", program, source]) { RedirectStandardError = true })!;
            compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode == 0)
            {
                return program;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No compiler: said below.
        }

        Console.WriteLine("left out: Boost: needs g++ and the Debian package libboost-graph-dev");
        return null;
    }

    /// <summary>Writes the problem as <see cref="LeastCut"/> states it: every link a node of its own behind the arc that is cut.</summary>
    public static string Problem(IAccessGraph graph, NodeId start, IReadOnlyCollection<AccessTarget> targets)
    {
        var reached = graph.BlastRadius(start, SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None).Value;
        var numbers = reached.Select(a => a.Node).Prepend(start).Index().ToDictionary(n => n.Item, n => n.Index);
        var links = numbers.Keys.SelectMany(graph.LinksFrom)
            .Where(l => numbers.ContainsKey(l.To) && graph.Flows(l, SeededEstate.Noon)).ToList();
        var sink = numbers.Count + links.Count;
        var arcs = new StringBuilder();
        var count = 0;
        foreach (var (index, link) in links.Index())
        {
            var behind = numbers.Count + index;
            Arc(numbers[link.From], behind, 1);
            Arc(behind, numbers[link.To], 1_000_000_000);
            if (AccessTarget.Of(link) is { } target && targets.Contains(target))
            {
                Arc(behind, sink, 1_000_000_000);
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{sink + 1} {count} 0 {sink}\n") + arcs;

        void Arc(int from, int to, long cost)
        {
            count++;
            arcs.Append(CultureInfo.InvariantCulture, $"{from} {to} {cost}\n");
        }
    }

    /// <summary>Solves problems; gives each one's value and microseconds.</summary>
    public static List<(long Value, double Us)> Solve(string program, IEnumerable<string> problems)
    {
        using var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        List<(long, double)> solved = [];
        foreach (var problem in problems)
        {
            process.StandardInput.Write(problem);
            process.StandardInput.Flush();
            var line = process.StandardOutput.ReadLine()!.Split(' ');
            solved.Add((long.Parse(line[0], CultureInfo.InvariantCulture), double.Parse(line[1], CultureInfo.InvariantCulture)));
        }

        process.StandardInput.Close();
        process.WaitForExit();
        return solved;
    }
}
