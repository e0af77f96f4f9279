using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Testing;

namespace Lockstep.Cedar.Tests.Judge;

/// <summary>The reference implementation, asked over JSON lines. Skips the calling test where it is not there.</summary>
internal sealed class CedarOracle : IDisposable
{
    private readonly Process _process;

    public CedarOracle()
    {
        var path = OutsideFolders.Need(OutsideFolders.Judges, "cedar-oracle");
        _process = Process.Start(new ProcessStartInfo(path) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public JsonNode Ask(JsonNode question) => Ask(question.ToJsonString());

    public JsonNode Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return JsonNode.Parse(
            _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("the oracle has ended"), documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(2000);
        _process.Dispose();
    }
}
