using System.Diagnostics;
using Xunit;

namespace Lockstep.Testing;

/// <summary>Runs <c>tlog-judge</c>, which checks ledgers and proofs with Go's own library; skips the test where it is not there.</summary>
public static class TlogJudge
{
    /// <summary>Asserts that the judge finds that it holds, and returns what it said.</summary>
    public static string Holds(params string[] arguments)
    {
        var (exitCode, said) = Run(arguments);
        Assert.True(exitCode == 0, said);
        return said;
    }

    /// <summary>Asserts that the judge finds that it does not hold, and returns why.</summary>
    public static string DoesNotHold(params string[] arguments)
    {
        var (exitCode, said) = Run(arguments);
        Assert.True(exitCode == 1, $"exit {exitCode}: {said}");
        return said;
    }

    private static (int ExitCode, string Said) Run(string[] arguments)
    {
        var start = new ProcessStartInfo(OutsideFolders.Need(OutsideFolders.Judges, "tlog-judge"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
