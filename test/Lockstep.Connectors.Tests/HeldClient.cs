using System.Diagnostics;

namespace Lockstep.Connectors.Tests;

/// <summary>
/// A system's own client that is connected and stays so: it is fed line by line and what it says is read line by line. Its output is
/// not held back (<c>stdbuf</c>), and it ends with this process.
/// </summary>
internal sealed class HeldClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private HeldClient(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public static HeldClient Start(string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "stdbuf", "-oL", program, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Sends a text as it is; it must end its last line.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _process.StandardInput.WriteAsync(text);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended; reading says so.
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Waits for a line that has the text in it; fails where the client ends or keeps silent before.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"the client ended before it said `{text}`: {(await _errors).Trim()}");
    }

    /// <summary>Waits until it has ended by itself; says what it wrote to its errors.</summary>
    public async Task<string> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return await _errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
