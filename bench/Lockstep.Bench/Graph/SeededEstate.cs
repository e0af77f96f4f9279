using System.Globalization;
using System.Text.Unicode;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>
/// An estate of applications, the same for the same size and seed: people to non-human identities 1:45, about 10 links a node, sizes and
/// fan-outs with heavy tails, nested groups, vaults, credentials that open service accounts, and a few applications in which a secret
/// opens an account of another application. Nodes are numbered application by application.
/// </summary>
/// <remarks>Most identities reach little and a few reach very much, as in real estates; a uniform estate would flatter every engine.</remarks>
internal sealed class SeededEstate
{
    private readonly int _seed;
    private readonly NodeId?[] _names;
    private readonly List<SeededApp> _apps = [];

    public SeededEstate(int nodes, int seed)
    {
        (_seed, NodeCount, _names) = (seed, nodes, new NodeId?[nodes]);
        var random = new Random(seed);
        for (var first = 0; first < nodes; first += _apps[^1].Size)
        {
            var size = (int)Math.Min(60_000, 250 / Math.Pow(1 - random.NextDouble(), 1 / 1.25));
            _apps.Add(new SeededApp(first, nodes - first - size < 250 ? nodes - first : size, _apps.Count, random.Next(100) < 12));
        }
    }

    public static DateTimeOffset Noon { get; } = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public int NodeCount { get; }

    /// <summary>Gets the words of actions by their numbers; 0 is none.</summary>
    public static IReadOnlyList<string?> Actions { get; } = [null, "SELECT", "INSERT", "UPDATE", "ADMIN"];

    /// <summary>Gets how many applications there are.</summary>
    public int AppCount => _apps.Count;

    /// <summary>Streams the links by number, each once.</summary>
    public IEnumerable<EstateRow> Rows() => Enumerable.Range(0, _apps.Count).SelectMany(RowsOf);

    /// <summary>Streams the links of one application, each once; safe beside the others.</summary>
    public IEnumerable<EstateRow> RowsOf(int app)
    {
        var said = new HashSet<(int, int, int)>();
        foreach (var row in _apps[app].Rows(_apps, _seed))
        {
            if (said.Add((row.From, row.To, ((int)row.Kind * 8) + row.Action)))
            {
                yield return row;
            }
        }
    }

    /// <summary>Streams the same links with names.</summary>
    public IEnumerable<Link> Links() => Rows().Select(Named);

    /// <summary>Gives everything to a build by number, and who has left.</summary>
    public void Fill(GraphIntake intake)
    {
        FillNames(intake);
        var evidence = intake.Evidence("estate", "made up", Enforcement.Online);
        foreach (var row in Rows())
        {
            intake.Add(row.From, row.Kind, row.To, Actions[row.Action], evidence, row.Validity);
        }
    }

    /// <summary>Gives the nodes to a build, so that each has the number it has here, and who has left.</summary>
    public void FillNames(GraphIntake intake)
    {
        Span<byte> name = stackalloc byte[128];
        foreach (var app in _apps)
        {
            for (var node = app.First; node < app.First + app.Size; node++)
            {
                Utf8.TryWrite(name, CultureInfo.InvariantCulture, $"app{app.Number}/{app.KindOf(node)}/{node:x}", out var length);
                intake.Node(name[..length]);
                if (IsEnded(node))
                {
                    intake.SetState(node, NodeState.Ended);
                }
            }
        }
    }

    /// <summary>Gives a node's kind: the parts of an application follow each other.</summary>
    public string KindOf(int node) => AppOf(node).KindOf(node);

    /// <summary>Names a node; each name is made once.</summary>
    public NodeId Name(int node) => _names[node] ??= Make(node);

    /// <summary>Gives the number in a name.</summary>
    public static int NumberOf(NodeId id) => int.Parse(id.Key, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private NodeId Make(int node)
    {
        var app = AppOf(node);
        return NodeId.Parse(string.Create(CultureInfo.InvariantCulture, $"app{app.Number}/{app.KindOf(node)}/{node:x}"));
    }

    /// <summary>Gives three in a hundred identities, which have left.</summary>
    public bool IsEnded(int node) => unchecked((uint)node * 2654435761u) % 100 < 3 && KindOf(node) == NodeKinds.Identity;

    /// <summary>Picks identities that have not left.</summary>
    public IReadOnlyList<int> Identities(int count, int salt) => Pick(count, salt, NodeKinds.Identity).Where(n => !IsEnded(n)).Take(count).ToList();

    /// <summary>Picks resources.</summary>
    public IReadOnlyList<int> Resources(int count, int salt) => Pick(count, salt, NodeKinds.Resource).Take(count).ToList();

    private IEnumerable<int> Pick(int count, int salt, string kind)
    {
        var random = new Random(unchecked((_seed * 31) + salt));
        return Enumerable.Range(0, count * 400).Select(_ => random.Next(NodeCount)).Where(n => KindOf(n) == kind);
    }

    private Link Named(EstateRow row) => new()
    {
        From = Name(row.From),
        To = Name(row.To),
        Kind = row.Kind,
        Action = Actions[row.Action],
        Validity = row.Validity,
        Enforcement = Enforcement.Online,
        Source = "estate",
        Evidence = "made up",
    };

    private SeededApp AppOf(int node)
    {
        var (low, high) = (0, _apps.Count);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _apps[middle].First <= node ? (middle, high) : (low, middle);
        }

        return _apps[low];
    }
}

/// <summary>A link by number.</summary>
/// <param name="Validity">85 of 100 hold always, 10 until after noon, 5 have ended or have not begun.</param>
internal readonly record struct EstateRow(int From, LinkKind Kind, int To, int Action, Validity Validity);
