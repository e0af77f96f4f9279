using System.Diagnostics;
using System.Globalization;
using Lockstep.Bench.Graph.Peers;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph;

/// <summary>
/// One kind of question over and over, for a profiler to look at: what `bench graph` measures, without the peers.
/// </summary>
/// <remarks>
/// With <c>DOTNET_PerfMapEnabled=1</c>, <c>perf record -g -p PID</c> while it says that it asks, then <c>perf report</c>: names and shares.
/// </remarks>
internal static class ProfileBench
{
    private const string Usage = "usage: lockstep bench profile access|who-can|check|change|cut [--size XM|S|L] [--seconds N]";

    public static int Run(string[] args)
    {
        if (args is not [var what, .. var rest] || Read(rest) is not var (nodes, seconds))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var table = new EstateTable(new SeededEstate(nodes, seed: 5));
        using var own = new OwnEngine(table);
        var sample = new QuestionSample(own, table.Estate);
        var ids = table.Estate.Identities(500, salt: 3);
        Func<IReadOnlyList<double>>? ask = what switch
        {
            "access" => Asking("access", [.. ids.Select(i => new Question(i))]),
            "who-can" => Asking("whoCan", [.. sample.Held(ids, 1).Where(q => q.Act != 5)]),
            "check" => Asking("check", [.. sample.Held(ids, 1), .. sample.Held(ids, 1).Zip(ids.Reverse(), (q, i) => q with { Id = i })]),
            "change" => Asking("change", [.. ids.Select(i => new Question(i, sample.AnyAccount(i)))]),
            "cut" => Cuts(own, [.. ids.Take(100).Select(table.Estate.Name)]),
            _ => null,
        };
        if (ask is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        ask();
        Console.WriteLine($"{Environment.ProcessId} asks for {seconds} s ...");
        var (clock, rounds) = (Stopwatch.StartNew(), new List<IReadOnlyList<double>>());
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            rounds.Add(ask());
        }

        var us = rounds[0].Select((_, q) => rounds.Select(r => r[q]).Order().ElementAt(rounds.Count / 2)).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {us.Count} questions, {rounds.Count} rounds: p50 {us[us.Count / 2]:F1} us, p99 {us[(int)((us.Count - 1) * 0.99)]:F1} us, all {us.Sum() / 1000:F1} ms"));
        return 0;

        Func<IReadOnlyList<double>> Asking(string kind, List<Question> questions) => () => own.Time(kind, questions);
    }

    private static Func<IReadOnlyList<double>> Cuts(OwnEngine own, List<NodeId> people)
    {
        var graph = own.Store.Current;
        var cases = people.ConvertAll(who => (Who: who, Targets: QuestionSample.Spread(graph, who, 10)));
        cases.RemoveAll(c => c.Targets.Count == 0);
        return () => cases.ConvertAll(c => EngineBench.TimeUs(() => LeastCut.FindWeighted(
            graph, c.Who, c.Targets, link => CutProblem.CostOf(link.Kind, weighted: true), SeededEstate.Noon, OwnEngine.Unbounded,
            CancellationToken.None)));
    }

    private static (int Nodes, int Seconds)? Read(string[] args) => args switch
    {
        [] => (1_000_000, 10),
        ["--size", "XM", .. var rest] => Read(rest) is var (_, s) ? (100_000, s) : null,
        ["--size", "S", .. var rest] => Read(rest),
        ["--size", "L", .. var rest] => Read(rest) is var (_, s) ? (10_000_000, s) : null,
        ["--seconds", var seconds, .. var rest] when int.TryParse(seconds, out var s) && Read(rest) is var (n, _) => (n, s),
        _ => null,
    };
}
