namespace Lockstep.Graph;

/// <summary>The flow of one <see cref="MinCut"/>: arcs and their opposites in rows by node, and a distance label for each node.</summary>
/// <remarks>
/// INVARIANT (labels): a label is never more than the links left to the sink, so a node whose label reaches the number of nodes, or above
/// a label that no node has, cannot reach the sink any more.
/// </remarks>
internal sealed class LabelledFlow
{
    private readonly int _nodeCount;
    private readonly int[] _start;
    private readonly int[] _to;
    private readonly int[] _mate;
    private readonly int[] _arc;
    private readonly long[] _left;
    private readonly int[] _label;
    private readonly int[] _next;
    private readonly int[] _labelled;

    internal LabelledFlow(int nodeCount, ReadOnlySpan<int> from, ReadOnlySpan<int> to, ReadOnlySpan<long> cost)
    {
        _nodeCount = nodeCount;
        (_start, _labelled) = (new int[nodeCount + 1], new int[nodeCount + 2]);
        (_label, _next) = (Unset<int>(nodeCount), Unset<int>(nodeCount));
        (_to, _mate, _arc) = (Unset<int>(from.Length * 2), Unset<int>(from.Length * 2), Unset<int>(from.Length * 2));
        _left = Unset<long>(from.Length * 2);
        for (var i = 0; i < from.Length; i++)
        {
            _start[from[i]]++;
            _start[to[i]]++;
        }

        var before = 0;
        for (var node = 0; node <= nodeCount; node++)
        {
            (before, _start[node]) = (before + _start[node], before);
        }

        _start.AsSpan(0, nodeCount).CopyTo(_next);
        for (var i = 0; i < from.Length; i++)
        {
            var (there, back) = (_next[from[i]]++, _next[to[i]]++);
            (_to[there], _mate[there], _arc[there], _left[there]) = (to[i], back, i, cost[i]);
            (_to[back], _mate[back], _arc[back], _left[back]) = (from[i], there, -1, 0);
        }
    }

    /// <summary>Pushes as much as fits; <see langword="null"/> if that has no bound that can be cut.</summary>
    internal long? Push(int source, int sink)
    {
        SetLabels(sink);
        _start.AsSpan(0, _nodeCount).CopyTo(_next);
        var (cost, node) = (0L, source);
        var path = new List<int>();
        while (_label[source] < _nodeCount)
        {
            if (node == sink)
            {
                cost += PushAlong(path);
                if (cost >= MinCut.Uncuttable)
                {
                    return null;
                }

                // Behind the first arc that is full, the path is still good.
                var full = path.FindIndex(arc => _left[arc] == 0);
                node = _to[_mate[path[full]]];
                path.RemoveRange(full, path.Count - full);
            }

            if (Downward(node) is >= 0 and var down)
            {
                path.Add(down);
                node = _to[down];
            }
            else if (!Raise(node))
            {
                break;
            }
            else if (path.Count > 0)
            {
                node = _to[_mate[path[^1]]];
                path.RemoveAt(path.Count - 1);
            }
        }

        return cost;
    }

    /// <summary>Gives the arcs between what the source still reaches and the rest.</summary>
    internal List<int> CutNear(int source)
    {
        var reached = new bool[_nodeCount];
        var queue = new List<int> { source };
        reached[source] = true;
        for (var i = 0; i < queue.Count; i++)
        {
            for (var at = _start[queue[i]]; at < _start[queue[i] + 1]; at++)
            {
                if (_left[at] > 0 && !reached[_to[at]])
                {
                    reached[_to[at]] = true;
                    queue.Add(_to[at]);
                }
            }
        }

        var cut = new List<int>();
        foreach (var node in queue)
        {
            for (var at = _start[node]; at < _start[node + 1]; at++)
            {
                if (_arc[at] >= 0 && !reached[_to[at]])
                {
                    cut.Add(_arc[at]);
                }
            }
        }

        cut.Sort();
        return cut;
    }

    /// <summary>Labels each node with its distance to the sink; what does not reach it gets the number of nodes.</summary>
    private void SetLabels(int sink)
    {
        Array.Fill(_label, _nodeCount);
        var queue = new int[_nodeCount];
        (queue[0], _label[sink], _labelled[0]) = (sink, 0, 1);
        for (var (i, count) = (0, 1); i < count; i++)
        {
            for (var at = _start[queue[i]]; at < _start[queue[i] + 1]; at++)
            {
                if (_left[_mate[at]] > 0 && _label[_to[at]] == _nodeCount)
                {
                    _label[_to[at]] = _label[queue[i]] + 1;
                    _labelled[_label[_to[at]]]++;
                    queue[count++] = _to[at];
                }
            }
        }
    }

    /// <summary>Makes an array whose every place is set before it is read: clearing it costs as much as setting it.</summary>
    private static T[] Unset<T>(int length) => GC.AllocateUninitializedArray<T>(length);

    private int Downward(int node)
    {
        for (; _next[node] < _start[node + 1]; _next[node]++)
        {
            var at = _next[node];
            if (_left[at] > 0 && _label[_to[at]] == _label[node] - 1)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Raises a node's label to one above the lowest that it still leads to; false if that leaves a gap, which ends the search.</summary>
    private bool Raise(int node)
    {
        var old = _label[node];
        var lowest = _nodeCount - 1;
        for (var at = _start[node]; at < _start[node + 1]; at++)
        {
            if (_left[at] > 0)
            {
                lowest = Math.Min(lowest, _label[_to[at]]);
            }
        }

        _label[node] = lowest + 1;
        _labelled[_label[node]]++;
        _next[node] = _start[node];
        return --_labelled[old] > 0;
    }

    private long PushAlong(List<int> path)
    {
        var least = long.MaxValue;
        foreach (var arc in path)
        {
            least = Math.Min(least, _left[arc]);
        }

        foreach (var arc in path)
        {
            _left[arc] -= least;
            _left[_mate[arc]] += least;
        }

        return least;
    }
}
