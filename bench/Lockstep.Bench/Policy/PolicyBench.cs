using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Testing;

namespace Lockstep.Bench.Policy;

/// <summary>Decisions beside the native reference and its WebAssembly build, on the same policies, entities and requests.</summary>
internal static class PolicyBench
{
    private const int CheckedRequests = 300;
    private const int Requests = 2_000;
    private static readonly (int Policies, double Goal)[] Sizes = [(10, 4), (1_000, 100), (10_000, 1_000)];

    /// <summary>Runs the comparison and prints a table; exit code 1 when a decision differs.</summary>
    public static int Run()
    {
        var workload = new PolicyWorkload(100_000);
        var store = EntityStore.Of(workload.Entities);
        var requests = workload.Requests(Requests);
        var written = PolicyWorkload.Write(workload.Entities);
        var packages = NpmPackages.TryInstall("cedar-wasm", "bench-cedar-wasm", "@cedar-policy/cedar-wasm@4.13.0");
        Console.WriteLine("decisions over 100,000 entities; equal decisions, reasons and errors are checked first");
        Console.WriteLine("| policies | ours mean | processor | p50 | p99 | looked at | bytes/decision | native mean | ratio | goal | wasm mean | ratio |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (count, goal) in Sizes)
        {
            var text = workload.Policies(count);
            var authorizer = new Authorizer(PolicySet.Parse(text));
            var native = AskNative(text, written, requests, authorizer, store);
            var ours = PolicyFigures.Measure(authorizer, store, requests, TimeSpan.FromSeconds(2));
            var wasm = AskWasm(packages, text, requests, authorizer, store);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {count:N0} | {Time(ours.Mean)} | {Time(ours.Processor)} | {Time(ours.Median)} | {Time(ours.P99)} | {ours.Considered:F1} | {ours.AllocatedPerDecision:F2} "
                + $"| {Time(native)} | {Ratio(native, ours.Mean)} | {goal}x | {Time(wasm)} | {Ratio(wasm, ours.Mean)} |"));
        }

        LargeStore();
        return 0;
    }

    // Ten times the entities: what a decision costs must not grow with them.
    private static void LargeStore()
    {
        var workload = new PolicyWorkload(1_000_000);
        var store = EntityStore.Of(workload.Entities);
        var authorizer = new Authorizer(PolicySet.Parse(workload.Policies(10_000)));
        var figures = PolicyFigures.Measure(authorizer, store, workload.Requests(200_000), TimeSpan.FromSeconds(2));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"10,000 policies over 1,000,000 entities, one core: {1e9 / figures.Mean:N0} decisions a second by the clock, "
            + $"{1e9 / figures.Processor:N0} by processor time, p99 {Time(figures.P99)}, "
            + $"{figures.AllocatedPerDecision:F2} bytes a decision (goal: 200,000 a second)"));
    }

    private static double? AskNative(
        string policies, JsonArray entities, IReadOnlyList<AuthorizationRequest> requests, Authorizer authorizer, EntityStore store)
    {
        var program = Path.Combine(OutsideFolders.Judges, "cedar-oracle");
        if (!File.Exists(program))
        {
            Console.WriteLine($"left out: the native reference: there is no {program}");
            return null;
        }

        using var oracle = new LinePeer(program);
        oracle.Ask(new JsonObject { ["op"] = "load", ["id"] = "x", ["policies"] = policies, ["entities"] = entities.DeepClone() });
        foreach (var request in requests.Take(CheckedRequests))
        {
            var question = PolicyWorkload.Write(request);
            (question["op"], question["id"]) = ("authorize", "x");
            Require(authorizer.Decide(request, store), oracle.Ask(question), request);
        }

        var answer = oracle.Ask(new JsonObject
        {
            ["op"] = "bench",
            ["id"] = "x",
            ["seconds"] = 3,
            ["requests"] = new JsonArray([.. requests.Select(request => (JsonNode)PolicyWorkload.Write(request))]),
        });
        return (double)answer["mean_ns"]!;
    }

    private static double? AskWasm(
        string? folder, string policies, IReadOnlyList<AuthorizationRequest> requests, Authorizer authorizer, EntityStore store)
    {
        if (folder is null)
        {
            return null;
        }

        using var peer = new LinePeer("node", Path.Combine(AppContext.BaseDirectory, "Policy", "wasm-peer.mjs"), folder);
        peer.Ask(new JsonObject { ["op"] = "load", ["policies"] = policies });
        var some = requests.Take(100).ToList();
        var answer = peer.Ask(new JsonObject
        {
            ["op"] = "bench",
            ["seconds"] = 2,
            ["requests"] = new JsonArray([.. some.Select(request => (JsonNode)WithEntities(request, store))]),
        });
        for (var i = 0; i < some.Count; i++)
        {
            if ((string?)answer["decisions"]![i] != (authorizer.Decide(some[i], store).IsAllowed ? "allow" : "deny"))
            {
                throw new InvalidOperationException($"cedar-wasm decides {some[i]} otherwise: {answer["decisions"]![i]}");
            }
        }

        return (double)answer["mean_ns"]!;
    }

    private static JsonObject WithEntities(AuthorizationRequest request, EntityStore store)
    {
        var json = PolicyWorkload.Write(request);
        var uids = new[] { request.Principal, request.Resource, request.Action };
        json["entities"] = PolicyWorkload.Write(uids.SelectMany(uid => store.AncestorsOf(uid).ToArray().Append(uid)).Distinct().Select(store.Find).OfType<EntityFacts>());
        return json;
    }

    private static void Require(Decision ours, JsonNode theirs, AuthorizationRequest request)
    {
        var isEqual = (ours.IsAllowed ? "allow" : "deny") == (string?)theirs["decision"]
            && ours.Determining.Select(p => p.Id).ToHashSet().SetEquals(theirs["reason"]!.AsArray().Select(r => (string)r!))
            && ours.Faults.Select(f => f.Policy.Id).ToHashSet().SetEquals(theirs["errors"]!.AsArray().Select(e => (string)e!["policy"]!));
        if (!isEqual)
        {
            throw new InvalidOperationException($"the reference decides {request} otherwise: {theirs.ToJsonString()}");
        }
    }

    private static string Time(double? nanoseconds) => nanoseconds is null ? "not run"
        : string.Create(CultureInfo.InvariantCulture, $"{(nanoseconds < 10_000 ? $"{nanoseconds:F0} ns" : $"{nanoseconds / 1000:F1} us")}");

    private static string Ratio(double? theirs, double ours) =>
        theirs is null ? "not run" : string.Create(CultureInfo.InvariantCulture, $"{theirs / ours:F0}x");
}
