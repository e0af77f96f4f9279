using System.Diagnostics;
using System.Globalization;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>Boost's minimum cut (Boykov-Kolmogorov) on problems that are taken out and ready.</summary>
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
