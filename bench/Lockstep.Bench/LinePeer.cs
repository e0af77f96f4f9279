using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Lockstep.Bench;

/// <summary>A peer that answers JSON lines.</summary>
internal sealed class LinePeer : IDisposable
{
    private readonly Process _process;

    public LinePeer(string program, params string[] arguments) => _process = Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    public JsonNode Ask(JsonNode question)
    {
        _process.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
        return Hear();
    }

    /// <summary>Reads the next line.</summary>
    public JsonNode Hear()
    {
        var answer = JsonNode.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer has ended"))!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"the peer says: {error}") : answer;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(3000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
