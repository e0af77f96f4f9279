using System.Diagnostics;
using Lockstep.Graph.Compact;

namespace Lockstep.Graph;

/// <summary>The least cut on any engine, by names: what a node reaches is taken out, link by link.</summary>
internal sealed class PlainCut : ICutLinks
{
    private readonly IAccessGraph _graph;
    private readonly DateTimeOffset _at;
    private readonly Dictionary<NodeId, int> _sharers = [];
    private readonly NodeId _start;
    private readonly IReadOnlyCollection<AccessTarget> _targets;
    private readonly Dictionary<NodeId, int> _numbers;
    private readonly List<Link> _links;

    internal PlainCut(
        IAccessGraph graph, NodeId start, IReadOnlyCollection<AccessTarget> targets, DateTimeOffset at, IReadOnlyList<NodeId> reached)
    {
        (_graph, _at) = (graph, at);
        (_start, _targets) = (start, targets.Count > 4 ? targets.ToHashSet() : targets);
        _numbers = reached.Index().ToDictionary(n => n.Item, n => n.Index);
        _links = [.. reached.SelectMany(graph.LinksFrom).Where(link => _numbers.ContainsKey(link.To) && graph.Flows(link, at))];
    }

    /// <summary>Finds the cut among the links taken out.</summary>
    /// <remarks>Every link is a node of its own behind the arc that is cut: one cut then pays for all that the link leads to.</remarks>
    internal LeastCut? Find(Func<CutCandidate, long?> costOf)
    {
        var sink = _numbers.Count + _links.Count;
        var cut = new MinCut(sink + 1, _links.Count * 3);
        var arcs = new Dictionary<int, Link>();
        foreach (var (index, link) in _links.Index())
        {
            var behind = _numbers.Count + index;
            arcs.Add(cut.Add(_numbers[link.From], behind, costOf(new(this, link)) ?? MinCut.Uncuttable), link);
            cut.Add(behind, _numbers[link.To], MinCut.Uncuttable);
            if (IsTarget(link))
            {
                cut.Add(behind, sink, MinCut.Uncuttable);
            }
        }

        return cut.Solve(0, sink) is var (cost, chosen) ? new LeastCut([.. chosen.Select(arc => arcs[arc])], cost) : null;
    }

    /// <inheritdoc/>
    public int SharersOf(Link? link, PlacedLink placed)
    {
        var from = link!.From;
        if (from != _start && !_sharers.ContainsKey(from))
        {
            _sharers[from] = _graph.LinksTo(from).Where(l => _graph.Flows(l, _at)).Select(l => l.From).Distinct().Count();
        }

        return _sharers.GetValueOrDefault(from);
    }

    /// <inheritdoc/>
    public LinkEvidence EvidenceOf(PlacedLink placed) => throw new UnreachableException("Bug in Lockstep: a plain link has its own evidence.");

    /// <inheritdoc/>
    public Link Read(PlacedLink placed) => throw new UnreachableException("Bug in Lockstep: a plain link is written out already.");

    /// <summary>Asks again: whether any target is reached without some links.</summary>
    internal bool Reaches(HashSet<LinkKey> without)
    {
        var from = _links.ToLookup(l => l.From);
        var seen = new HashSet<NodeId> { _start };
        var waiting = new Queue<NodeId>(seen);
        while (waiting.TryDequeue(out var node))
        {
            foreach (var link in from[node].Where(l => !without.Contains(l.Key)))
            {
                if (IsTarget(link))
                {
                    return true;
                }

                if (seen.Add(link.To))
                {
                    waiting.Enqueue(link.To);
                }
            }
        }

        return false;
    }

    private bool IsTarget(Link link) => AccessTarget.Of(link) is { } target && (_targets.Count == 0 || _targets.Contains(target));
}
