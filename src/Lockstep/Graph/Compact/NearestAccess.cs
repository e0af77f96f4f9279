namespace Lockstep.Graph.Compact;

/// <summary>
/// How many links each node is away from the nearest access, over the links that were followed at the freeze: a byte a node. Whoever
/// asks for a shortest chain from many nodes goes from each to a neighbour that is one nearer, instead of searching.
/// </summary>
/// <remarks>
/// Built in rounds: in round k every node without a distance looks for a neighbour at k - 1, and stops at the first. Rows are read in
/// order and most nodes are near, so that is about two passes over the links; a search in reverse jumps from row to row.
/// </remarks>
/// <threadsafety>Immutable once built.</threadsafety>
internal sealed class NearestAccess
{
    /// <summary>Stands for a node that reaches nothing, or that is farther away than a byte says.</summary>
    public const int Unknown = 0;

    private const int DistanceMax = 250;
    private const int NodesPerPart = 1 << 16;
    private readonly NativeBuffer<byte> _distances;

    private NearestAccess(NativeBuffer<byte> distances, bool isExact) => (_distances, IsExact) = (distances, isExact);

    /// <summary>Gets a value indicating whether every node without a distance reaches nothing.</summary>
    public bool IsExact { get; }

    /// <summary>Gets the links to the nearest access, the last one included; <see cref="Unknown"/> if there is none.</summary>
    public int this[uint node] => node < (uint)_distances.Length ? _distances[node] : Unknown;

    public static NearestAccess Of(CompactLinks links)
    {
        var distances = new NativeBuffer<byte>(links.NodeCount);
        var parts = new List<uint>[(links.NodeCount + NodesPerPart - 1) / NodesPerPart];
        Parallel.For(0, parts.Length, part => parts[part] = FirstRound(
            links, distances, part * NodesPerPart, Math.Min(links.NodeCount, (part + 1) * NodesPerPart)));
        var (round, added) = (2, true);
        for (; added && round <= DistanceMax; round++)
        {
            added = false;
            var now = (byte)round;
            Parallel.For(0, parts.Length, part =>
            {
                if (Round(links, distances, parts[part], now))
                {
                    Volatile.Write(ref added, true);
                }
            });
        }

        return new(distances, !added);
    }

    /// <summary>Finds the nodes of a part that have access themselves, and lists the others that lead on.</summary>
    private static List<uint> FirstRound(CompactLinks links, NativeBuffer<byte> distances, int first, int end)
    {
        var others = new List<uint>();
        for (var node = (uint)first; node < end; node++)
        {
            var row = Row(links, node);
            var i = 0;
            while (i < row.Length && row[i] < PermitTable.Bit)
            {
                i++;
            }

            if (i < row.Length && row[i] < CompactLinks.Idle)
            {
                distances[node] = 1;
            }
            else if (i > 0)
            {
                others.Add(node);
            }
        }

        return others;
    }

    private static bool Round(CompactLinks links, NativeBuffer<byte> distances, List<uint> others, byte round)
    {
        var left = 0;
        for (var i = 0; i < others.Count; i++)
        {
            if (HasNeighbourAt(Row(links, others[i]), distances, round - 1))
            {
                distances[others[i]] = round;
            }
            else
            {
                others[left++] = others[i];
            }
        }

        var added = left < others.Count;
        others.RemoveRange(left, others.Count - left);
        return added;
    }

    private static bool HasNeighbourAt(ReadOnlySpan<uint> row, NativeBuffer<byte> distances, int distance)
    {
        foreach (var word in row)
        {
            if (word >= PermitTable.Bit)
            {
                return false;
            }

            if (distances[word] == distance)
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<uint> Row(CompactLinks links, uint node) =>
        links.OutTo.Slice(links.OutStart[node], (int)(links.OutStart[node + 1] - links.OutStart[node]));
}
