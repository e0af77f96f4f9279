using Lockstep.Graph.Compact;

namespace Lockstep.Graph;

/// <summary>A place through which everybody who is counted must pass to reach a target.</summary>
/// <param name="Links">The links there, from one node to one other; more than one where several systems say it.</param>
/// <param name="Identities">How many identities reach the target only through it: who loses it when it is cut.</param>
public sealed record ChokePoint(IReadOnlyList<Link> Links, int Identities)
{
    /// <summary>Finds the choke points of a target, those that most depend on first.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="target">What is reached.</param>
    /// <param name="count">The most to give, at least 1.</param>
    /// <param name="at">The instant (UTC).</param>
    /// <param name="limits">The bound on work.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>
    /// Links that at least one identity depends on; none where access has no narrow place. If truncated, none: a way that was not looked at
    /// may lead around any of them.
    /// </returns>
    /// <remarks>
    /// O(links that lead to the target), by the dominators of a search in reverse (K. D. Cooper, T. J. Harvey, K. Kennedy, 2001).
    /// </remarks>
    public static Answer<IReadOnlyList<ChokePoint>> Find(
        IAccessGraph graph, AccessTarget target, int count, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (graph is CompactGraph compact)
        {
            return compact.ChokePoints(target, count, at, limits, cancellationToken);
        }

        var back = new PlainBackWalk(graph.LinksTo, link => graph.Flows(link, at), at, limits, cancellationToken);
        var last = graph.LinksTo(target.Resource).Where(l => AccessTarget.Of(l) == target && graph.Flows(l, at)).ToList();
        last.ForEach(l => back.Reach(l.From, depth: 1));
        back.Run();
        if (back.Answer<IReadOnlyList<ChokePoint>>([]) is Answer<IReadOnlyList<ChokePoint>>.Truncated cutShort)
        {
            return cutShort;
        }

        List<NodeId?> nodes = [null, .. back.Depths.Keys];
        var numbers = back.Depths.Keys.Index().ToDictionary(n => n.Item, n => n.Index + 1);
        var ways = nodes.Select(n => n is null ? [] : graph.LinksFrom(n).Where(l => graph.Flows(l, at)).SelectMany(Ends).Distinct().ToArray());
        var narrow = new NarrowWays([.. ways], n => nodes[n]?.Kind == NodeKinds.Identity).Find(count);
        return new Answer<IReadOnlyList<ChokePoint>>.Complete(
            [.. narrow.Select(n => new ChokePoint([.. graph.LinksFrom(nodes[n.From]!).Where(l => graph.Flows(l, at) && Ends(l).Contains(n.To))], n.Count))], at);

        // The target is number 0. A link to it may lead on as well.
        IEnumerable<int> Ends(Link link) =>
            AccessTarget.Of(link) == target ? [0] : numbers.TryGetValue(link.To, out var number) ? [number] : [];
    }
}

/// <summary>Finds the ways between two nodes that cannot be gone around on the way to node 0.</summary>
/// <param name="ways">
/// For each node where it leads, each once. Numbered so that for every node but 0 some way leads to a smaller number: by a search from 0.
/// </param>
/// <param name="counts">Whether a node is one of those that are counted.</param>
internal sealed class NarrowWays(int[][] ways, Func<int, bool> counts)
{
    private readonly int[] _next = new int[ways.Length];

    /// <summary>Gives the ways that the most depend on, each with how many do.</summary>
    internal IEnumerable<(int From, int To, int Count)> Find(int most)
    {
        SetNext();
        var depending = new int[ways.Length];
        for (var node = ways.Length - 1; node > 0; node--)
        {
            depending[node] += counts(node) ? 1 : 0;
            if (_next[node] >= 0)
            {
                depending[_next[node]] += depending[node];
            }
        }

        return Enumerable.Range(1, ways.Length - 1).Where(n => depending[n] > 0)
            .Select(n => (From: n, To: OnlyWayOf(n), Count: depending[n])).Where(n => n.To >= 0)
            .OrderByDescending(n => n.Count).ThenBy(n => n.From).Take(most);
    }

    /// <summary>Finds for each node the next one that it cannot go around; repeated until nothing changes, since there are cycles.</summary>
    private void SetNext()
    {
        Array.Fill(_next, -1);
        _next[0] = 0;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var node = 1; node < ways.Length; node++)
            {
                var next = -1;
                foreach (var way in ways[node])
                {
                    next = _next[way] < 0 ? next : next < 0 ? way : Meet(next, way);
                }

                (changed, _next[node]) = (changed || next != _next[node], next);
            }
        }
    }

    private int Meet(int a, int b)
    {
        while (a != b)
        {
            (a, b) = a > b ? (_next[a], b) : (a, _next[b]);
        }

        return a;
    }

    /// <summary>Finds the one way out of a node: all others come back to it.</summary>
    private int OnlyWayOf(int node)
    {
        var only = -1;
        foreach (var way in ways[node].Where(w => !ComesThrough(w, node)))
        {
            if (only >= 0 && only != way)
            {
                return -1;
            }

            only = way;
        }

        return only;
    }

    private bool ComesThrough(int from, int node)
    {
        for (; from > node; from = _next[from])
        {
        }

        return from == node;
    }
}
