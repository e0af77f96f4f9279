using System.Diagnostics;
using System.Globalization;
using Lockstep.Graph;
using Lockstep.Lab;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>
/// The same questions to the compact graph and to what a user would pick instead, in one run: answers are compared before anything is
/// timed, then the engines take turns, and the median of the rounds counts.
/// </summary>
internal sealed class PeerBench(EstateTable table, PeerPlan plan, GraphReport report)
{
    private const int SmallNodes = 5_000;
    private const double LongSeconds = 25;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly SeededEstate _estate = table.Estate;

    /// <summary>Gets how many answers differed.</summary>
    public int Differences { get; private set; }

    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
        var packages = plan.Databases.Count + (plan.WithSpice ? 1 : 0) > 0 ? NodePeer.TryInstall() : null;
        List<IGraphPeer> peers = [];
        try
        {
            // Loading is not what is compared, so where time is short all load at once.
            var postgres = plan.WithPostgres ? Task.Run(StartPostgresAsync) : null;
            var databases = Task.Run(() => StartDatabases(packages, folder));
            Task[] loading = postgres is null ? [databases] : [databases, postgres];
            if (!plan.IsQuick)
            {
                await Task.WhenAll(loading);
            }

            using var own = new OwnEngine(table);
            report.Loaded(own.Name, own.LoadSeconds);
            report.Memory(own.Store.Current);
            await Task.WhenAll(loading);
            if (postgres is not null && await postgres is { } started)
            {
                peers.Add(started);
            }

            peers.AddRange(await databases);
            peers.ForEach(p => report.Loaded(p.Name, p.LoadSeconds));
            AskAll(own, peers);
            Cuts(own);
            if (plan.WithSpice && packages is not null)
            {
                Small(packages);
            }
        }
        finally
        {
            peers.ForEach(p => p.Dispose());
            Directory.Delete(folder, recursive: true);
        }

        report.Line($"The whole run took {_clock.Elapsed.TotalSeconds:F0} s.");
    }

    private async Task<PostgresPeer?> StartPostgresAsync()
    {
        try
        {
            return await PostgresPeer.StartAsync(table, plan.WithLongSql);
        }
        catch (LabException e)
        {
            report.Line($"Left out: postgres: {e.Message}");
            return null;
        }
    }

    private List<NodePeer> StartDatabases(string? packages, string folder)
    {
        if (packages is null || plan.Databases.Count == 0)
        {
            plan.Databases.ToList().ForEach(p => report.Line($"Left out: {p}: npm could not install it."));
            return [];
        }

        new PeerFiles(table).Write(folder, withSplit: plan.Databases.Contains("kuzu"));
        List<NodePeer> started = [.. plan.Databases.Select(p => NodePeer.TryStart(p, packages, folder)).OfType<NodePeer>()];
        plan.Databases.Except(started.Select(p => p.Name)).ToList().ForEach(p => report.Line($"Left out: {p}: it did not start, see above."));
        return started;
    }

    private void AskAll(OwnEngine own, List<IGraphPeer> peers)
    {
        var ids = _estate.Identities(plan.Asked, salt: 3);
        var access = ids.Select(i => new Question(i)).ToList();
        var single = peers.FindAll(p => p.Name != "duckdb");
        Compare("a effective access", "access", access, own, single);

        var sample = new QuestionSample(own, _estate);
        var allowed = sample.Held(ids, perIdentity: 2);
        var denied = allowed.Zip(ids.Reverse(), (q, i) => q with { Id = i });
        Compare("b who-can", "whoCan", [.. allowed.Where(q => q.Act != 5).Take(plan.Asked * 2 / 5)], own, single);
        Compare("c check with chain", "check", [.. allowed.Concat(denied).Take(plan.Asked * 2)], own, single);
        ColdChecks(own, sample);
        List<Question> once = [new(0)];
        Compare("d sweep, existence with a shortest chain", "sweep", once, own, peers);
        Compare("e drift of the whole estate, both directions", "drift", once, own, peers);
        var changes = ids.Take(plan.Asked * 2 / 5).Select(i => new Question(i, sample.AnyAccount(i))).ToList();
        Compare("g one change, then effective access", "change", changes, own, single);
    }

    /// <summary>Pairs that nobody has asked about before, half of them denied, each asked once: what a first decision waits for.</summary>
    private void ColdChecks(OwnEngine own, QuestionSample sample)
    {
        var ids = _estate.Identities(plan.Asked * 10, salt: 21);
        var others = _estate.Identities(plan.Asked * 10, salt: 22);
        var pairs = others.Zip(sample.Held([.. others.Take(plan.Asked * 5)], perIdentity: 1), (i, q) => q with { Id = i })
            .Concat(sample.Held([.. ids.Take(plan.Asked * 5)], perIdentity: 1)).ToList();
        ids.Concat(others).ToList().ForEach(i => _estate.Name(i));
        var us = own.Time("check", pairs).Order().ToList();
        report.Row("c check with chain, cold: each pair once", own.Name, us, us);
    }

    /// <summary>Answers first; then each engine in turn, several times.</summary>
    private void Compare(string what, string ask, List<Question> questions, IGraphPeer own, IEnumerable<IGraphPeer> peers)
    {
        var engines = peers.Where(p => p.Can(ask)).Prepend(own).ToList();
        List<double> took = [];
        var said = engines.ConvertAll(e => Clocked(took, () => e.Ask(ask, questions).Answers));
        for (var i = 1; i < engines.Count; i++)
        {
            var differs = Enumerable.Range(0, questions.Count).Where(q => said[i][q].Count >= 0 && said[0][q] != said[i][q]).ToList();
            Differences += differs.Count;
            differs.Take(3).ToList().ForEach(q => Console.WriteLine(
                $"{what}: {engines[i].Name} differs on {questions[q]}: {said[i][q]}, ours {said[0][q]}"));
        }

        var gaveUp = Enumerable.Range(0, questions.Count).Where(q => said.Exists(s => s[q].Count < 0)).ToHashSet();
        if (gaveUp.Count > 0)
        {
            report.Line($"{what}: {gaveUp.Count} of {questions.Count} were not answered by a peer and are left out.");
            questions = [.. questions.Where((_, q) => !gaveUp.Contains(q))];
        }

        if (questions.Count == 0)
        {
            return;
        }

        // In turns; who takes half a minute for all is asked in one round only.
        var rounds = engines.ConvertAll(_ => new List<IReadOnlyList<double>>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var (e, engine) in engines.Index().Where(e => took[e.Index] < LongSeconds || rounds[e.Index].Count == 0))
            {
                rounds[e].Add(Warm(engine, ask, questions, took[e]));
            }
        }

        var medians = rounds.ConvertAll(r => questions.Select((_, q) => Median(r.Select(us => us[q]))).Order().ToList());
        foreach (var (engine, us) in engines.Zip(medians))
        {
            report.Row(what, engine.Name, us, medians[0]);
        }
    }

    /// <summary>Asks once unmeasured, then measures: after another engine's turn nothing of this one is in the processor's cache.</summary>
    private static IReadOnlyList<double> Warm(IGraphPeer engine, string ask, List<Question> questions, double seconds)
    {
        if (questions.Count > 1 && seconds < LongSeconds)
        {
            engine.Time(ask, questions);
        }

        return engine.Time(ask, questions);
    }

    private static T Clocked<T>(List<double> seconds, Func<T> ask)
    {
        var clock = Stopwatch.StartNew();
        var answer = ask();
        seconds.Add(clock.Elapsed.TotalSeconds);
        return answer;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private void Cuts(OwnEngine own)
    {
        var program = plan.WithBoost ? BoostPeer.TryBuild() : null;
        if (program is null)
        {
            report.Line($"Left out: boost, and with it the least cut: needs g++ and the Debian package libboost-graph-dev, or was not asked for.");
            return;
        }

        var bench = new CutBench(table, own.Store.Current, program, report);
        bench.Run("f least cut of 10 targets", weighted: false, plan.Asked);
        bench.Run("f least cut of 10 targets, weighted by kind", weighted: true, plan.Asked);
        Differences += bench.Differences;
    }

    /// <summary>SpiceDB holds far less, so both are asked on an estate of its size.</summary>
    private void Small(string packages)
    {
        var small = new EstateTable(new SeededEstate(SmallNodes, seed: 5));
        var folder = Directory.CreateTempSubdirectory("ls-bench-").FullName;
        new PeerFiles(small).Write(folder, withSplit: false);
        if (NodePeer.TryStart("spicedb", packages, folder) is { } spicedb)
        {
            using var own = new OwnEngine(small);
            var bench = new PeerBench(small, plan, report);
            var ids = small.Estate.Identities(30, salt: 3);
            var allowed = new QuestionSample(own, small.Estate).Held(ids, perIdentity: 1);
            var where = string.Create(CultureInfo.InvariantCulture, $"{SmallNodes:N0} nodes");
            bench.Compare($"c check with chain, {where}", "check", [.. allowed, .. allowed.Zip(ids.Reverse(), (q, i) => q with { Id = i })], own, [spicedb]);
            bench.Compare($"a effective access, {where}", "lookup", [.. ids.Select(i => new Question(i))], own, [spicedb]);
            spicedb.Dispose();
            Differences += bench.Differences;
        }

        Directory.Delete(folder, recursive: true);
    }
}
