using System.Diagnostics;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>Least cuts beside Boost: ours from names to certified links; Boost's the algorithm alone, on a problem that is ready.</summary>
internal sealed class CutBench(EstateTable table, CompactGraph graph, string program, GraphReport report)
{
    private readonly CutProblem _problem = new(table);

    /// <summary>Gets how many values differed.</summary>
    public int Differences { get; private set; }

    public void Run(string what, bool weighted, int asked)
    {
        var cases = table.Estate.Identities(asked, salt: 9).Select(who => (Who: who, Targets: QuestionSample.Spread(graph, table.Estate.Name(who), 10)))
            .Where(c => c.Targets.Count > 0).ToList();
        var boost = BoostPeer.Solve(program, cases.Select(c => _problem.Of(c.Who, [.. c.Targets.Select(NumbersOf)], weighted)));
        List<double> ours = [], theirs = [], allowed = [];
        foreach (var (index, (who, targets)) in cases.Index())
        {
            var name = table.Estate.Name(who);
            var search = Least(() => graph.AccessOf(name, SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None));
            LeastCut? cut = null;
            ours.Add(Least(() => cut = LeastCut.FindWeighted(
                graph, name, targets, link => CutProblem.CostOf(link.Kind, weighted), SeededEstate.Noon, OwnEngine.Unbounded,
                CancellationToken.None).Value));
            theirs.Add(boost[index].Us + search);
            allowed.Add((1.5 * boost[index].Us) + search);
            if (cut?.Cost != boost[index].Value)
            {
                Differences++;
                Console.WriteLine($"{what}: Boost differs on {name}: {boost[index].Value}, ours {cut?.Cost}");
            }
        }

        ours.Sort();
        theirs.Sort();
        allowed.Sort();
        report.Row(what, "Lockstep", ours, ours);
        report.Row(what, "Boost and one search", theirs, ours);
        report.Row(what, "1.5 times Boost and one search", allowed, ours);
        report.Row(what, "Boost alone", [.. boost.Select(b => b.Us).Order()], ours);
    }

    private static double Least(Action action) => Enumerable.Range(0, 3).Min(_ =>
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    });

    private static (int Resource, int Act) NumbersOf(AccessTarget target) => (SeededEstate.NumberOf(target.Resource),
        target.Action == AccessTarget.Read ? 5 : Array.IndexOf([.. SeededEstate.Actions], target.Action));
}
