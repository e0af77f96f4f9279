using System.Diagnostics;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Adversary;

/// <summary>What a child said: the line that was waited for, or null where it ended or kept silent.</summary>
/// <param name="Line">The line.</param>
/// <param name="Ended">Whether the child has ended.</param>
/// <param name="Errors">What it wrote to its errors by its end.</param>
internal sealed record Said(string? Line, bool Ended, string Errors);

/// <summary>A client that stays connected and is fed line by line through its standard input.</summary>
internal sealed class LineChild : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _asked;

    private LineChild(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public static async Task<LineChild> StartAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
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

        return new LineChild(await Spawner.StartAsync(start));
    }

    /// <summary>Sends what <paramref name="text"/> makes of a fresh marker, and waits for a line that begins with it.</summary>
    public async Task<Said> AskAsync(Func<string, string> text)
    {
        await _one.WaitAsync();
        try
        {
            return await AskNowAsync(text, $"marker-{++_asked}");
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _one.Dispose();
    }

    private async Task<Said> AskNowAsync(Func<string, string> text, string marker)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(text(marker));
            await _process.StandardInput.FlushAsync();
            using var patience = new CancellationTokenSource(Patience);
            while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(marker, StringComparison.Ordinal))
                {
                    return new Said(line, Ended: false, "");
                }
            }
        }
        catch (IOException)
        {
            // Its input is closed: it has ended, which is what is reported below.
            await _process.WaitForExitAsync();
        }
        catch (OperationCanceledException)
        {
            return new Said(null, Ended: false, "");
        }

        await _process.WaitForExitAsync();
        return new Said(null, Ended: true, await _errors);
    }
}
