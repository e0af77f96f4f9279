using System.Diagnostics;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>The compact graph, asked by names as every caller of it asks.</summary>
internal sealed class OwnEngine : IGraphPeer
{
    private static readonly DateTimeOffset At = SeededEstate.Noon;

    /// <summary>The databases bound neither depth nor size, so neither do we here.</summary>
    public static QueryLimits Unbounded { get; } = new(NodesMax: int.MaxValue, DepthMax: 10_000);

    private readonly SeededEstate _estate;
    private readonly Dictionary<string, Func<Question, Func<Said>>> _asks;
    private readonly Lazy<IntendedAccess> _intended;

    public OwnEngine(EstateTable table)
    {
        _estate = table.Estate;
        var clock = Stopwatch.StartNew();
        Store = CompactGraphStore.Build(
            intake =>
            {
                _estate.FillNames(intake);
                EstateTable.Fill(intake, table.Rows);
            },
            At,
            _estate.NodeCount);
        LoadSeconds = clock.Elapsed.TotalSeconds;
        _intended = new(() =>
        {
            var intended = IntendedAccess.Build(Store.Current, intake => EstateTable.Fill(intake, table.Intended));
            IntendedAccess.Prepare(Store.Current);
            return intended;
        });
        _asks = new()
        {
            ["access"] = Access, ["lookup"] = Access, ["whoCan"] = WhoCan, ["check"] = Check, ["change"] = Change,
            ["sweep"] = Sweep, ["drift"] = Drift,
        };
    }

    public string Name => "Lockstep";

    public double LoadSeconds { get; }

    public CompactGraphStore Store { get; }

    public bool Can(string ask) => _asks.ContainsKey(ask);

    public Round Ask(string ask, IReadOnlyList<Question> questions)
    {
        List<Said> answers = [];
        return new(answers, Timed(ask, questions, said => answers.Add(said())));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The answer is the chains found. Turning all of them into the checksum that every engine can give is not part of it, and would leave
    /// nothing of the graph in the processor's cache for the next question.
    /// </remarks>
    public IReadOnlyList<double> Time(string ask, IReadOnlyList<Question> questions) => Timed(ask, questions, _ => { });

    public void Dispose()
    {
    }

    private List<double> Timed(string ask, IReadOnlyList<Question> questions, Action<Func<Said>> then)
    {
        if (ask == "drift")
        {
            _ = _intended.Value;
        }

        List<double> us = [];
        foreach (var question in questions)
        {
            var start = Stopwatch.GetTimestamp();
            var found = _asks[ask](question);
            us.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            then(found);
            if (ask == "change")
            {
                Store.Apply([new GraphChange.Retract(Added(question).Key)]);
            }
        }

        return us;
    }

    private Func<Said> Access(Question question)
    {
        var chains = Store.Current.AccessOf(_estate.Name(question.Id), At, Unbounded, CancellationToken.None).Value;
        return () => Sum(chains.Select(c => ((long)SeededEstate.NumberOf(c.Target.Resource) * 8) + ActOf(c.Target.Action)));
    }

    private Func<Said> WhoCan(Question question)
    {
        var chains = Store.Current.WhoCan(TargetOf(question), At, Unbounded, CancellationToken.None).Value;
        return () => Sum(chains.Select(c => (long)SeededEstate.NumberOf(c.Start)));
    }

    private Func<Said> Check(Question question)
    {
        var chain = Store.Current.Check(
            _estate.Name(question.Id), TargetOf(question), At, Unbounded, CancellationToken.None).Value;
        return () => new(chain is null ? 0 : 1, 0);
    }

    private Func<Said> Change(Question question)
    {
        Store.Apply([new GraphChange.Assert(Added(question))]);
        return Access(question);
    }

    private Link Added(Question question) => new()
    {
        From = _estate.Name(question.Id), Kind = LinkKind.Represents, To = _estate.Name(question.Resource), Validity = Validity.Always,
        Enforcement = Enforcement.Online, Source = "change", Evidence = "changed",
    };

    /// <summary>Everybody who has left and still reaches something, with a shortest chain each; no SQL peer gives chains.</summary>
    private Func<Said> Sweep(Question question)
    {
        var chains = Store.Current.Sweep(At, Unbounded, CancellationToken.None).Value;
        return () => Sum(chains.Select(c => (long)SeededEstate.NumberOf(c.Start)));
    }

    private Func<Said> Drift(Question question)
    {
        var drift = _intended.Value.DriftOf(Store.Current, At, int.MaxValue, CancellationToken.None).Value;
        return () => new(drift.Missing.Count, drift.Extra.Count);
    }

    public AccessTarget TargetOf(Question question) =>
        new(_estate.Name(question.Resource), question.Act == 5 ? AccessTarget.Read : SeededEstate.Actions[question.Act]!);

    private static int ActOf(string action) => action == AccessTarget.Read ? 5 : Array.IndexOf([.. SeededEstate.Actions], action);

    private static Said Sum(IEnumerable<long> keys)
    {
        var all = keys.Distinct().ToList();
        return new(all.Count, all.Sum() % PeerFiles.Checksum);
    }
}
