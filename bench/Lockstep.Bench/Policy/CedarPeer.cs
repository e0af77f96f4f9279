using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Lockstep.Bench.Policy;

/// <summary>A peer that answers JSON lines: the native reference, or its WebAssembly build in Node.</summary>
internal sealed class CedarPeer : IDisposable
{
    private readonly Process _process;

    public CedarPeer(string program, params string[] arguments) => _process = Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    public JsonNode Ask(JsonNode question)
    {
        _process.StandardInput.WriteLine(question.ToJsonString());
        _process.StandardInput.Flush();
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
