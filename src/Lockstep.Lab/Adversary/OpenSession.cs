using System.Diagnostics;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Adversary;

/// <summary>A psql that stays connected, fed through its standard input.</summary>
internal sealed class OpenSession : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _asked;

    private OpenSession(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public static async Task<OpenSession> OpenAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("setpriv")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        string[] line = ["--pdeathsig", "KILL", "psql", .. arguments];
        foreach (var argument in line)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new OpenSession(await Spawner.StartAsync(start));
    }

    /// <summary>Asks the database something over the open connection.</summary>
    public async Task<Answer> AskAsync(string question)
    {
        await _one.WaitAsync();
        try
        {
            return await AskNowAsync(question, $"marker-{++_asked}");
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

    private async Task<Answer> AskNowAsync(string question, string marker)
    {
        if (_process.HasExited)
        {
            return await EndedAsync();
        }

        try
        {
            await _process.StandardInput.WriteLineAsync($"{question};\n\\echo {marker} :ERROR :SQLSTATE");
            await _process.StandardInput.FlushAsync();
            using var patience = new CancellationTokenSource(Patience);
            while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(marker, StringComparison.Ordinal))
                {
                    return Read(line.Split(' '));
                }
            }

            return await EndedAsync();
        }
        catch (IOException)
        {
            return await EndedAsync();
        }
        catch (OperationCanceledException)
        {
            return new Answer(AdversaryVerdict.Unclear, "the open session did not answer");
        }
    }

    /// <summary>psql says whether the last statement failed, and with which code; 57P01 and 08xxx end the session.</summary>
    private static Answer Read(string[] said) => said is [_, "false", ..]
        ? new Answer(AdversaryVerdict.Works, "open session: counted the payments")
        : new Answer(AdversaryVerdict.Refused, $"open session: {said.ElementAtOrDefault(2)}");

    private async Task<Answer> EndedAsync()
    {
        await _process.WaitForExitAsync();
        var errors = await _errors;
        return errors.Contains("terminat", StringComparison.Ordinal) || errors.Contains("closed the connection", StringComparison.Ordinal)
            ? new Answer(AdversaryVerdict.Refused, "open session: ended by the server")
            : new Answer(AdversaryVerdict.Unclear, $"open session: psql ended: {errors.Trim()}");
    }
}
