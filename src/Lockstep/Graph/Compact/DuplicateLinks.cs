namespace Lockstep.Graph.Compact;

/// <summary>Finds links that were said twice: the same source of the statement, kind and ends. The one said last stays.</summary>
internal static class DuplicateLinks
{
    /// <summary>Finds the staged positions to leave out, or <see langword="null"/> if there are none. O(links).</summary>
    /// <param name="staged">All links.</param>
    /// <param name="starts">Where each row starts.</param>
    /// <param name="words">The rows, each sorted by its raw words.</param>
    /// <param name="order">The staged position of each place in the rows.</param>
    /// <param name="sourceOf">Gives who says a link, by its meta.</param>
    public static BitSet? Find(
        StagedLinks staged, NativeBuffer<uint> starts, NativeBuffer<uint> words, NativeBuffer<uint> order, Func<uint, string> sourceOf)
    {
        BitSet? dropped = null;
        for (var node = 0L; node + 1 < starts.Length; node++)
        {
            var (start, length) = (starts[node], (int)(starts[node + 1] - starts[node]));
            if (length > 1 && MayHoldTwins(words.Slice(start, length)))
            {
                dropped ??= new BitSet(staged.Count);
                Drop(staged, words.Slice(start, length), order.Slice(start, length), sourceOf, dropped);
            }
        }

        return dropped;
    }

    /// <summary>Says whether two links have the same ends: beside each other, or one followed and the other not.</summary>
    private static bool MayHoldTwins(ReadOnlySpan<uint> row)
    {
        var idle = 0;
        while (idle < row.Length && (row[idle] & CompactLinks.Idle) == 0)
        {
            idle++;
        }

        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] == row[i - 1])
            {
                return true;
            }
        }

        for (var (i, j) = (0, idle); i < idle && j < row.Length;)
        {
            var other = row[j] & ~CompactLinks.Idle;
            if (row[i] == other)
            {
                return true;
            }

            (i, j) = row[i] < other ? (i + 1, j) : (i, j + 1);
        }

        return false;
    }

    private static void Drop(
        StagedLinks staged, ReadOnlySpan<uint> row, ReadOnlySpan<uint> order, Func<uint, string> sourceOf, BitSet dropped)
    {
        var said = new Dictionary<(uint Word, int Kind, string Source), uint>(row.Length);
        for (var i = 0; i < row.Length; i++)
        {
            var meta = staged.Meta(order[i]);
            var key = (row[i] & ~CompactLinks.Idle, LinkMeta.Kind(meta), sourceOf(meta));
            if (said.TryGetValue(key, out var other))
            {
                dropped.Set(Math.Min(other, order[i]));
            }

            said[key] = Math.Max(other, order[i]);
        }
    }
}
