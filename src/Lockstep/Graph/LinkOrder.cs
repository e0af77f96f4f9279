namespace Lockstep.Graph;

/// <summary>
/// The order in which links that leave the same node are tried, so that every engine gives the same chain: by
/// <see cref="Link.To"/>, then kind, action and source.
/// </summary>
/// <remarks>
/// Of several chains, the first is the one with fewer links; of those with equally many, the one whose first differing link comes
/// first in this order.
/// </remarks>
public sealed class LinkOrder : IComparer<Link>, IComparer<Chain>
{
    private LinkOrder()
    {
    }

    /// <summary>Gets the one instance.</summary>
    public static LinkOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(Link? x, Link? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var byTo = x.To.CompareTo(y.To);
        var byKind = byTo != 0 ? byTo : x.Kind.CompareTo(y.Kind);
        var byAction = byKind != 0 ? byKind : string.CompareOrdinal(x.Action, y.Action);
        return byAction != 0 ? byAction : string.CompareOrdinal(x.Source, y.Source);
    }

    /// <summary>Compares two chains that start at the same node.</summary>
    public int Compare(Chain? x, Chain? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var byLength = x.Links.Count.CompareTo(y.Links.Count);
        for (var i = 0; byLength == 0 && i < x.Links.Count; i++)
        {
            if (Compare(x.Links[i], y.Links[i]) is var byLink and not 0)
            {
                return byLink;
            }
        }

        return byLength;
    }
}
