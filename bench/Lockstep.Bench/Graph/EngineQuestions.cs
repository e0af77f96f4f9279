using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>Access, who-can and checks over a seeded estate, as a caller of the library asks them.</summary>
internal static class EngineQuestions
{
    private const int Rounds = 5;
    private static readonly DateTimeOffset At = SeededEstate.Noon;

    public static void Ask(CompactGraph graph, SeededEstate estate, Action<string, double, string?> say)
    {
        var ids = estate.Identities(500, 3).Select(estate.Name).ToList();
        var access = Medians(ids, id => graph.AccessOf(id, At, QueryLimits.Default, CancellationToken.None));
        say("a effective access found, p50 us", At50(access), "10");
        say("a effective access found, p99 us", At99(access), "10,000");
        var targets = Targets(graph, estate.Resources(400, 4).Select(estate.Name), new Random(1)).ToList();
        var whoCan = Medians(targets, target => graph.WhoCan(target, At, QueryLimits.Default, CancellationToken.None));
        say("b who-can found, p50 us", At50(whoCan), null);
        say("b who-can found, p99 us", At99(whoCan), null);
        Checks(graph, estate, say);
    }

    /// <summary>Each pair once, after other pairs: what it needs is not in the cache.</summary>
    private static void Checks(CompactGraph graph, SeededEstate estate, Action<string, double, string?> say)
    {
        var random = new Random(7);
        var people = estate.Identities(3000, 11);
        var granted = people.Select(estate.Name).Select(id => (Id: id, Access: graph.AccessOf(id, At, new(20_000, 64), default).Value))
            .Where(p => p.Access.Count > 0).Select(p => (p.Id, p.Access[random.Next(p.Access.Count)].Target)).ToList();
        var near = people.Select(p => (estate.Name(p), Targets(
            graph, Enumerable.Range(0, 50).Select(_ => estate.Name(Math.Clamp(p + random.Next(-2000, 2000), 0, estate.NodeCount - 1))), random)
            .FirstOrDefault())).Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!)).ToList();
        var anywhere = people.Select(estate.Name).Zip(Targets(graph, estate.Resources(4000, 12).Select(estate.Name), random)).ToList();
        Time("granted", granted);
        Time("in the neighbourhood", near);
        Time("anywhere", anywhere);

        void Time(string kind, List<(NodeId Id, AccessTarget Target)> pairs)
        {
            var allowed = 0;
            var times = pairs.ConvertAll(pair => EngineBench.TimeUs(() =>
                allowed += graph.Check(pair.Id, pair.Target, At, QueryLimits.Default, CancellationToken.None).Value is null ? 0 : 1)).Order().ToList();
            say($"c check with chain, {kind} ({allowed:N0} of {pairs.Count:N0} allowed), cold p50 us", At50(times), null);
            say($"c check with chain, {kind}, cold p99 us", At99(times), "100");
        }
    }

    private static IEnumerable<AccessTarget> Targets(CompactGraph graph, IEnumerable<NodeId> resources, Random random) =>
        resources.Select(graph.LinksTo).Select(links => links.Select(AccessTarget.Of).OfType<AccessTarget>().ToList())
            .Where(targets => targets.Count > 0).Select(targets => targets[random.Next(targets.Count)]);

    private static List<double> Medians<T>(List<T> asked, Action<T> ask)
    {
        var times = Enumerable.Range(0, Rounds).Select(_ => asked.ConvertAll(a => EngineBench.TimeUs(() => ask(a)))).ToList();
        return asked.Select((_, i) => times.Select(t => t[i]).Order().ElementAt(Rounds / 2)).Order().ToList();
    }

    private static double At50(List<double> sorted) => sorted[sorted.Count / 2];

    private static double At99(List<double> sorted) => sorted[(int)((sorted.Count - 1) * 0.99)];
}
