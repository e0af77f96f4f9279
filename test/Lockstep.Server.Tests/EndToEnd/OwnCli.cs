using System.Diagnostics;
using Lockstep.Cli.Demo;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>Runs our own command line as a user would, against a stage.</summary>
internal static class OwnCli
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(DemoStage stage, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [StageFixture.CliPath, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // Other tests of this process set it for themselves.
        start.Environment.Remove("LOCKSTEP_TOKEN");
        start.Environment["LOCKSTEP_URL"] = stage.Address.ToString();
        start.Environment["LOCKSTEP_TOKEN_FILE"] = stage.TokenFile;
        start.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
