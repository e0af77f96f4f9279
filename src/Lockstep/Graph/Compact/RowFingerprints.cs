using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Lockstep.Graph.Compact;

/// <summary>
/// One number for what each node gives: the sum over its links of a keyed mix of target, kind and validity. Equal sets of links have
/// equal numbers whatever their order, and different ones differ but for about one case in 2^64, which nobody can aim at without the key.
/// </summary>
/// <remarks>8 bytes a node; a node whose number is 0 gives nothing. Who says a link, and on what evidence, does not count.</remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class RowFingerprints
{
    // Made anew in each process: it is compared within one process only.
    private static readonly ulong KeyA = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
    private static readonly ulong KeyB = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong KeyC = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly ulong[] _rows;

    private RowFingerprints(ulong[] rows) => _rows = rows;

    /// <summary>Gets the numbers by node.</summary>
    public ReadOnlySpan<ulong> Rows => _rows;

    /// <summary>Makes them for frozen links. O(links).</summary>
    public static RowFingerprints Of(CompactLinks links)
    {
        var rows = new ulong[links.NodeCount];
        for (var node = 0L; node < links.NodeCount; node++)
        {
            var sum = 0UL;
            var before = uint.MaxValue;
            for (var link = links.OutStart[node]; link < links.OutStart[node + 1]; link++)
            {
                var (word, meta) = (links.OutTo[link] & ~CompactLinks.Idle, links.OutMeta[link]);
                var (from, until) = (long.MinValue, long.MaxValue);
                if (LinkMeta.HasValidity(meta))
                {
                    (from, until) = links.ValidityOf((uint)link);
                }

                var mix = Mix(word, LinkMeta.Kind(meta), from, until);
                var isTwin = (word == before || MayBeFollowedToo(links.OutTo[link], meta)) && IsSaidBefore(links, node, link, mix);
                sum = isTwin ? sum : unchecked(sum + mix);
                before = word;
            }

            rows[node] = sum;
        }

        return new(rows);
    }

    /// <summary>Mixes one link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(uint word, int kind, long from, long until)
    {
        var mixed = Fold(((ulong)word << 4 | (uint)kind) ^ KeyB, KeyA);
        return from == long.MinValue && until == long.MaxValue
            ? Fold(mixed, KeyC)
            : Fold(mixed ^ unchecked((ulong)from), KeyC ^ Fold(unchecked((ulong)until) ^ KeyB, KeyA));
    }

    /// <summary>Both halves of a product of 128 bits, so that each bit of the answer depends on all of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    /// <summary>Only of these kinds does how a link is enforced decide whether it is followed, so that its twin may lie elsewhere.</summary>
    private static bool MayBeFollowedToo(uint raw, uint meta) =>
        (raw & CompactLinks.Idle) != 0 && (LinkKind)LinkMeta.Kind(meta) is LinkKind.Represents or LinkKind.AuthenticatesAs;

    /// <summary>What two systems say counts once: looks back in the row for a link with the same mix.</summary>
    private static bool IsSaidBefore(CompactLinks links, long node, uint link, ulong mix)
    {
        var word = links.OutTo[link] & ~CompactLinks.Idle;
        foreach (var idle in (ReadOnlySpan<bool>)[false, true])
        {
            var (start, end) = links.Between((uint)node, word, idle);
            for (var other = start; other < end && other < link; other++)
            {
                var meta = links.OutMeta[other];
                var (from, until) = LinkMeta.HasValidity(meta) ? links.ValidityOf(other) : (long.MinValue, long.MaxValue);
                if (Mix(word, LinkMeta.Kind(meta), from, until) == mix)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
