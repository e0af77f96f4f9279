using System.Globalization;
using System.Text;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>Least cuts as Boost takes them, taken out of the table and not of the engine that is measured.</summary>
internal sealed class CutProblem
{
    private readonly int[] _start;
    private readonly PackedRow[] _rows;

    /// <summary>Sorts the links through which access flows by where they start.</summary>
    public CutProblem(EstateTable table)
    {
        _start = new int[table.Estate.NodeCount + 1];
        _rows = [.. table.Rows.Where(r => r.IsValid && (r.Flows || r.Act > 0))];
        Array.Sort(_rows, (a, b) => a.From.CompareTo(b.From));
        foreach (var row in _rows)
        {
            _start[row.From + 1]++;
        }

        for (var node = 0; node < table.Estate.NodeCount; node++)
        {
            _start[node + 1] += _start[node];
        }
    }

    /// <summary>What a link costs: by its kind, as in <see cref="CutWeights.Usual"/>, or the same for all.</summary>
    public static long CostOf(LinkKind kind, bool weighted) => weighted ? CutWeights.Usual.Hardness(kind, string.Empty)!.Value : 1;

    /// <summary>
    /// States a problem: what <paramref name="who"/> reaches, each node once, each link an arc, a target's link an arc to the sink. Where
    /// that link also leads on (a secret that is read) it need not be followed: whoever has it has reached a target.
    /// </summary>
    public string Of(int who, HashSet<(int Resource, int Act)> targets, bool weighted)
    {
        var numbers = new Dictionary<int, int> { [who] = 0 };
        var queue = new List<int> { who };
        var arcs = new List<(int From, int To, long Cost)>();
        for (var i = 0; i < queue.Count; i++)
        {
            for (var at = _start[queue[i]]; at < _start[queue[i] + 1]; at++)
            {
                var row = _rows[at];
                if (!numbers.TryGetValue(row.To, out var to))
                {
                    numbers[row.To] = to = queue.Count;
                    queue.Add(row.To);
                }

                var isTarget = row.Act > 0 && targets.Contains((row.To, row.Act));
                if (isTarget || row.Flows)
                {
                    arcs.Add((i, isTarget ? -1 : to, CostOf(row.LinkKind, weighted)));
                }
            }
        }

        return Write(queue.Count, arcs);
    }

    private static string Write(int sink, List<(int From, int To, long Cost)> arcs)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{sink + 1} {arcs.Count} 0 {sink}\n");
        foreach (var (from, to, cost) in arcs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{from} {(to < 0 ? sink : to)} {cost}\n");
        }

        return text.ToString();
    }
}
