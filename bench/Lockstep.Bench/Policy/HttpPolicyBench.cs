using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Lockstep.Bench.Graph;
using Lockstep.Client;
using Lockstep.Connectors.FactFiles;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Server;
using Lockstep.Server.Config;

namespace Lockstep.Bench.Policy;

/// <summary>
/// A server with 10,000 policies and the shipped one, over an estate of fact files; another process asks it 2,000 times a second,
/// whether it answers or not (open loop).
/// </summary>
internal static class HttpPolicyBench
{
    private const int Nodes = 20_000;
    private const int PolicyCount = 10_000;

    /// <summary>Measures, and prints and keeps a table.</summary>
    public static async Task RunAsync(int perSecond, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
        try
        {
            var estate = new SeededEstate(Nodes, seed: 9);
            await WriteFactsAsync(estate, Path.Combine(folder, "facts"));
            await File.WriteAllTextAsync(Path.Combine(folder, "rules.cedar"), Policies(estate));
            await using var host = await StartAsync(folder);
            var token = (await File.ReadAllTextAsync(host.AdminTokenFile)).Trim();
            using (var admin = new LockstepClient(host.Address, token))
            {
                await admin.ObserveAsync(new ObserveRequest(), CancellationToken.None);
            }

            await File.WriteAllLinesAsync(Path.Combine(folder, "questions"), Questions(estate));
            var said = await LoadAsync(folder, host, token, perSecond, seconds);
            Console.Write(said);
            Results.Write("policy over HTTP", said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> LoadAsync(string folder, LockstepHost host, string token, int perSecond, int seconds)
    {
        // The token goes through the environment: arguments can be read by everybody on the machine.
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { ["LOCKSTEP_BENCH_TOKEN"] = token },
        };
        // The launcher runs the bench by `dotnet`, which then has to be told which program.
        string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(HttpPolicyBench).Assembly.Location] : [];
        foreach (var argument in self.Concat(
        [
            "policy-load", host.Address.ToString(), Path.Combine(folder, "questions"),
            perSecond.ToString(CultureInfo.InvariantCulture), seconds.ToString(CultureInfo.InvariantCulture),
        ]))
        {
            start.ArgumentList.Add(argument);
        }

        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        using var load = Process.Start(start)!;
        var said = await load.StandardOutput.ReadToEndAsync();
        await load.WaitForExitAsync();
        processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
        return said + string.Create(
            CultureInfo.InvariantCulture,
            $"\n{PolicyCount:N0} policies and the shipped one, {Nodes:N0} nodes from fact files, token checked, ledger sampling on. Processor time of the server for "
            + $"everything it did meanwhile: {processor.TotalSeconds:F1} s. Load average of the machine ({Environment.ProcessorCount} cores) at the end: {LoadAverage()}. Goal: p99 at most 2 ms at 2,000 a second; "
            + $"the median is the server's own time, the tail grows with what else runs: read it only where the load average is below the number of cores.\n");
    }

    /// <summary>A tail is worth little where others wait for the same cores.</summary>
    private static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "not known here";

    private static async Task<LockstepHost> StartAsync(string folder)
    {
        var config = new LockstepConfig
        {
            DataFolder = Path.Combine(folder, "data"),
            Listen = new(IPAddress.Loopback, 0),
            Systems = [new("estate", "facts", Fingerprint: false, _ => new FactsConnector(new FactsSettings("estate", Path.Combine(folder, "facts"))))],
            Rules = CorrelationRules.None,
            Policy = new PolicyConfig { Files = [Path.Combine(folder, "rules.cedar")], AgeMax = TimeSpan.FromHours(1) },
        };
        var start = await LockstepHost.StartAsync(
            config, new HostOptions { Sweeps = false, LogFile = Path.Combine(folder, "log") }, CancellationToken.None);
        return start is HostStart.Started started ? started.Host : throw new InvalidOperationException(start.ToString());
    }

    private static async Task WriteFactsAsync(SeededEstate estate, string folder)
    {
        Directory.CreateDirectory(folder);
        await using var file = new StreamWriter(Path.Combine(folder, "estate.jsonl"));
        for (var node = 0; node < Nodes; node++)
        {
            await file.WriteLineAsync($$$"""{"node":{"id":"{{{Name(estate, node)}}}","name":"n{{{node}}}"}}""");
        }

        foreach (var link in estate.Rows().Where(l => l.Validity == Validity.Always))
        {
            var action = link.Action == 0 ? string.Empty : $",\"action\":\"{SeededEstate.Actions[link.Action]}\"";
            await file.WriteLineAsync(
                $$$"""{"link":{"from":"{{{Name(estate, link.From)}}}","kind":"{{{link.Kind.Word}}}","to":"{{{Name(estate, link.To)}}}"{{{action}}},"evidence":"made up"}}""");
        }
    }

    /// <summary>Names a node as one of the one system that there is.</summary>
    private static NodeId Name(SeededEstate estate, int node) =>
        NodeId.Parse(string.Create(CultureInfo.InvariantCulture, $"estate/{estate.KindOf(node)}/{node:x}"));

    private static string Policies(SeededEstate estate)
    {
        var random = new Random(3);
        var text = new StringBuilder("@id(\"effective-access\") permit (principal, action, resource) when { principal has reaches && principal.reaches };\n");
        var groups = Enumerable.Range(0, Nodes).Where(n => estate.KindOf(n) == NodeKinds.Group).Select(n => Name(estate, n)).ToList();
        for (var i = 0; i < PolicyCount; i++)
        {
            var group = groups[random.Next(groups.Count)];
            text.AppendLine(CultureInfo.InvariantCulture,
                $"permit (principal in Group::\"{group}\", action == Action::\"p{i % 50}\", resource in System::\"{group.SystemName}\");");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Questions(SeededEstate estate)
    {
        var (people, things, random) = (estate.Identities(1_000, 1), estate.Resources(1_000, 2), new Random(5));
        return Enumerable.Range(0, 5_000).Select(_ =>
            $$$"""{"subject":{"type":"identity","id":"{{{Name(estate, people[random.Next(people.Count)])}}}"},"action":{"name":"{{{SeededEstate.Actions[1 + random.Next(4)]}}}"},"resource":{"type":"resource","id":"{{{Name(estate, things[random.Next(things.Count)])}}}"}}""");
    }
}
