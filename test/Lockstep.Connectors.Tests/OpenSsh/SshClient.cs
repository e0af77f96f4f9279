using System.Diagnostics;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>An open session of the ssh client, whose command repeats what it is told.</summary>
internal sealed class SshClient : IDisposable
{
    private readonly Process _process;

    /// <summary>Opens it.</summary>
    /// <param name="agent">The socket of the holder's agent, which is then forwarded.</param>
    public SshClient(IReadOnlyList<string> arguments, string? agent = null)
    {
        var start = new ProcessStartInfo("ssh", agent is null ? arguments : [.. arguments.Prepend("-A")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (agent is not null)
        {
            start.Environment["SSH_AUTH_SOCK"] = agent;
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Says whether the other side still answers; a session that ended does not.</summary>
    /// <param name="before">What makes the other side repeat a word, where it is no <c>cat</c>.</param>
    public async Task<bool> AnswersAsync(string before = "")
    {
        var word = Guid.NewGuid().ToString("N");
        return await AskAsync(before + word) == word;
    }

    /// <summary>Sends a line and gives the line that comes back; <see langword="null"/> if the session has ended.</summary>
    public async Task<string?> AskAsync(string line)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), limit.Token);
            await _process.StandardInput.FlushAsync(limit.Token);
            return await _process.StandardOutput.ReadLineAsync(limit.Token);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
