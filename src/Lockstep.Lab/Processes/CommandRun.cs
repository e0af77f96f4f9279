using System.ComponentModel;
using System.Diagnostics;

namespace Lockstep.Lab.Processes;

/// <summary>What a client program answered.</summary>
/// <param name="ExitCode">Its exit code; -1 where it was ended by us because it took too long, -2 where it is not installed.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>Runs a system's own client or tool to its end. Secrets go through files or standard input, never through arguments.</summary>
internal static class CommandRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Runs it and returns what it answered, whatever that is.</summary>
    public static async Task<CommandResult> TryAsync(
        string program, IReadOnlyList<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? longest = null, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        string[] line = ["--pdeathsig", "KILL", program, .. arguments];
        foreach (var argument in line)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = await Spawner.StartAsync(start);
            return await FinishAsync(process, input, longest ?? Longest, cancellation);
        }
        catch (Win32Exception missing)
        {
            return new CommandResult(-2, "", missing.Message);
        }
    }

    /// <summary>Runs it and fails with its errors where it does not succeed.</summary>
    public static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? longest = null, CancellationToken cancellation = default)
    {
        var result = await TryAsync(program, arguments, input, environment, longest, cancellation);
        return result.Succeeded
            ? result.Output
            : throw new LabException("LS8002", $"{program} ended with {result.ExitCode}: {result.Errors.Trim()}");
    }

    private static async Task<CommandResult> FinishAsync(Process process, string input, TimeSpan longest, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await SendAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            return new CommandResult(-1, "", $"no answer within {longest.TotalSeconds:0.#} s");
        }
    }

    private static async Task SendAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A client that refuses early closes its input; what it answered is read below.
            return;
        }
    }
}
