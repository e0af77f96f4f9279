using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>
/// The same questions to the compact graph and to what a user would pick instead, in one run: answers are compared before anything is
/// timed, then the engines take turns, and the median of the rounds counts.
/// </summary>
internal sealed class PeerBench(SeededEstate estate, bool quick)
{
    private const int Rounds = 3;
    private const int SmallNodes = 5_000;
    private static readonly string[] Databases = ["duckdb", "kuzu"];
    private readonly StringBuilder _text = new();
    private readonly List<object> _rows = [];
    private int _differences;

    /// <summary>Runs; gives the report, its rows for JSON, and how many answers differed.</summary>
    public async Task<(string Text, IReadOnlyList<object> Rows, int Differences)> RunAsync()
    {
        using var own = new OwnEngine(estate);
        Console.WriteLine(Say($"Lockstep is loaded: {own.LoadSeconds:F1} s"));
        List<IGraphPeer> peers = [await PostgresPeer.StartAsync(estate, withOther: !quick)];
        var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
        try
        {
            new PeerFiles(estate).Write(folder);
            var packages = NodePeer.TryInstall();
            peers.AddRange(Databases.Where(p => packages is not null && !(quick && p == "kuzu"))
                .Select(p => NodePeer.TryStart(p, packages!, folder)).OfType<NodePeer>());
            peers.ForEach(p => Console.WriteLine(Say($"{p.Name} is loaded: {p.LoadSeconds:F1} s")));
            _text.AppendLine("| question | engine | asked | p50 us | p99 us | total ms | ratio p50 | ratio total |").AppendLine("|---|---|---:|---:|---:|---:|---:|---:|");
            AskAll(own, peers);
            if (!quick)
            {
                Cuts(own);
                Small(packages);
            }
        }
        finally
        {
            peers.ForEach(p => p.Dispose());
            Directory.Delete(folder, recursive: true);
        }

        return (_text.ToString(), _rows, _differences);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void AskAll(OwnEngine own, List<IGraphPeer> peers)
    {
        var count = quick ? 40 : 100;
        var ids = estate.Identities(count, salt: 3);
        var access = ids.Select(i => new Question(i)).ToList();
        Compare("a effective access", "access", access, own, peers);

        var targets = own.Store.Current;
        var allowed = ids.SelectMany(i => targets.AccessOf(estate.Name(i), SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None)
            .Value.Where((_, at) => at % 97 == 0).Take(2).Select(c => QuestionOf(i, c.Target))).ToList();
        var denied = allowed.Zip(ids.Reverse(), (q, i) => q with { Id = i });
        Compare("b who-can", "whoCan", [.. allowed.Where(q => q.Act != 5).Take(40)], own, peers);
        Compare("c check with chain", "check", [.. allowed.Concat(denied).Take(count * 2)], own, peers);
        var changes = ids.Take(40).Select(i => new Question(i, AnyAccount(i))).ToList();
        Compare("g one change, then effective access", "change", changes, own, peers);
    }

    private static Question QuestionOf(int id, AccessTarget target) => new(
        id, SeededEstate.NumberOf(target.Resource),
        target.Action == AccessTarget.Read ? 5 : Array.IndexOf([.. SeededEstate.Actions], target.Action));

    private int AnyAccount(int near)
    {
        var account = near;
        while (estate.KindOf(account) != NodeKinds.Account)
        {
            account = (account + 1) % estate.NodeCount;
        }

        return account;
    }

    /// <summary>Answers first; then each engine in turn, several times.</summary>
    private void Compare(string what, string ask, List<Question> questions, IGraphPeer own, IEnumerable<IGraphPeer> peers)
    {
        var engines = peers.Where(p => p.Can(ask)).Prepend(own).ToList();
        var said = engines.ConvertAll(e => e.Ask(ask, questions).Answers);
        for (var i = 1; i < engines.Count; i++)
        {
            var other = said[i];
            var differs = questions.Where((_, q) => other[q].Count >= 0 && said[0][q] != other[q]).ToList();
            _differences += differs.Count;
            differs.Take(3).ToList().ForEach(
                q => Console.WriteLine(Say($"{what}: {engines[i].Name} differs on {q}: {other[IndexOf(questions, q)]}, ours {said[0][IndexOf(questions, q)]}")));
        }

        var gaveUp = Enumerable.Range(0, questions.Count).Where(q => said.Exists(s => s[q].Count < 0)).ToHashSet();
        if (gaveUp.Count > 0)
        {
            _text.AppendLine(Say($"| {what}: {gaveUp.Count} of {questions.Count} not answered by a peer and left out | | | | | | | |"));
            questions = [.. questions.Where((_, q) => !gaveUp.Contains(q))];
        }

        var rounds = Enumerable.Range(0, Rounds).Select(_ => engines.ConvertAll(e => e.Ask(ask, questions).Us)).ToList();
        var medians = engines.Select((_, e) => questions.Select((_, q) => Median(rounds.Select(r => r[e][q]))).Order().ToList()).ToList();
        foreach (var (engine, us) in engines.Zip(medians))
        {
            Row(what, engine.Name, us, medians[0]);
        }
    }

    private static int IndexOf(List<Question> all, Question one) => all.Index().First(q => q.Item == one).Index;

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private void Row(string what, string engine, List<double> us, List<double> ours)
    {
        var (p50, p99, total) = (us[us.Count / 2], us[(int)((us.Count - 1) * 0.99)], us.Sum() / 1000);
        var (ratio50, ratioTotal) = (p50 / ours[ours.Count / 2], us.Sum() / ours.Sum());
        _text.AppendLine(CultureInfo.InvariantCulture,
            $"| {what} | {engine} | {us.Count} | {p50:F1} | {p99:F1} | {total:F1} | {ratio50:F0}x | {ratioTotal:F0}x |");
        _rows.Add(new { Question = what, Engine = engine, Asked = us.Count, P50Us = p50, P99Us = p99, TotalMs = total, RatioP50 = ratio50, RatioTotal = ratioTotal });
        Console.WriteLine(Say($"{what}: {engine}: p50 {p50:F1} us, {ratio50:F0}x; total {total:F1} ms, {ratioTotal:F0}x"));
    }

    private void Cuts(OwnEngine own)
    {
        if (BoostPeer.TryBuild() is not { } program)
        {
            return;
        }

        var graph = own.Store.Current;
        List<(NodeId Who, List<AccessTarget> Targets)> cases = [];
        foreach (var who in estate.Identities(100, salt: 9).Select(estate.Name))
        {
            var access = graph.AccessOf(who, SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None).Value;
            if (access.Count > 0)
            {
                cases.Add((who, [.. access.Where((_, i) => i % Math.Max(1, access.Count / 10) == 0).Take(10).Select(c => c.Target)]));
            }
        }

        var boost = BoostPeer.Solve(program, cases.Select(c => BoostPeer.Problem(graph, c.Who, c.Targets)));
        List<double> ours = [], theirs = [];
        foreach (var (index, (who, targets)) in cases.Index())
        {
            var start = Stopwatch.GetTimestamp();
            graph.BlastRadius(who, SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None);
            var search = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            start = Stopwatch.GetTimestamp();
            var cut = LeastCut.Find(graph, who, targets, _ => 1, SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None).Value!;
            ours.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            theirs.Add(boost[index].Us + search);
            _differences += cut.Cost == boost[index].Value ? 0 : 1;
        }

        ours.Sort();
        theirs.Sort();
        Row("f least cut of 10 targets", own.Name, ours, ours);
        Row("f least cut of 10 targets", "Boost and one search", theirs, ours);
    }

    /// <summary>SpiceDB holds far less, so both are asked on an estate of its size.</summary>
    private void Small(string? packages)
    {
        var small = new SeededEstate(SmallNodes, seed: 5);
        var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
        new PeerFiles(small).Write(folder);
        if (packages is not null && NodePeer.TryStart("spicedb", packages, folder) is { } spicedb)
        {
            using var own = new OwnEngine(small);
            var bench = new PeerBench(small, quick: false);
            var ids = small.Identities(30, salt: 3);
            var allowed = ids.SelectMany(i => own.Store.Current.AccessOf(
                small.Name(i), SeededEstate.Noon, OwnEngine.Unbounded, CancellationToken.None).Value.Take(1).Select(c => QuestionOf(i, c.Target))).ToList();
            bench.Compare(Say($"c check with chain, {SmallNodes:N0} nodes"), "check", [.. allowed, .. allowed.Zip(ids.Reverse(), (q, i) => q with { Id = i })], own, [spicedb]);
            bench.Compare(Say($"a effective access, {SmallNodes:N0} nodes"), "lookup", [.. ids.Take(30).Select(i => new Question(i))], own, [spicedb]);
            spicedb.Dispose();
            _text.Append(bench._text);
            _rows.AddRange(bench._rows);
            _differences += bench._differences;
        }

        Directory.Delete(folder, recursive: true);
    }
}
