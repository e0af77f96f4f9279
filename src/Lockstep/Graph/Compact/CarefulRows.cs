namespace Lockstep.Graph.Compact;

/// <summary>
/// Reads a row link by link, testing validity, state and changes: for marked rows, and for instants that are not the present.
/// </summary>
internal static class CarefulRows
{
    public static void Out(in SearchRun run, uint node, ref uint[] row, ref int length)
    {
        var links = run.Frame.Links;
        if (node < (uint)links.NodeCount)
        {
            for (var link = links.OutStart[node]; link < links.OutStart[node + 1]; link++)
            {
                var word = links.OutTo[link] & ~CompactLinks.Idle;
                if (run.Frame.IsFollowed(link, word, run.Version, run.At))
                {
                    Append(ref row, ref length, word);
                }
            }
        }

        for (var added = run.Frame.Overlay.OfSource(node); added is not null; added = added.NextOfSource)
        {
            if (run.Frame.IsFollowed(added, run.Version, run.At))
            {
                Append(ref row, ref length, added.To);
            }
        }
    }

    public static void In(in SearchRun run, uint word, ref uint[] row, ref int length)
    {
        var links = run.Frame.Links;
        if (run.Frame.Overlay.SlotOf(word) is >= 0 and var slot)
        {
            for (var link = links.InStart[slot]; link < links.InStart[slot + 1]; link++)
            {
                var from = links.InFrom[link] & ~CompactLinks.Idle;
                if (IsAnyFollowed(run, from, word, idle: false) || IsAnyFollowed(run, from, word, idle: true))
                {
                    Append(ref row, ref length, from);
                }
            }
        }

        for (var added = run.Frame.Overlay.OfTarget(word); added is not null; added = added.NextOfTarget)
        {
            if (run.Frame.IsFollowed(added, run.Version, run.At))
            {
                Append(ref row, ref length, added.From);
            }
        }
    }

    private static bool IsAnyFollowed(in SearchRun run, uint from, uint word, bool idle)
    {
        var (start, end) = run.Frame.Links.Between(from, word, idle);
        for (var link = start; link < end; link++)
        {
            if (run.Frame.IsFollowed(link, word, run.Version, run.At))
            {
                return true;
            }
        }

        return false;
    }

    private static void Append(ref uint[] row, ref int length, uint word)
    {
        if (length == row.Length)
        {
            Array.Resize(ref row, length * 2);
        }

        row[length++] = word;
    }
}
