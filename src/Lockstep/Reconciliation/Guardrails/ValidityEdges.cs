using Lockstep.Graph;

namespace Lockstep.Reconciliation.Guardrails;

/// <summary>The links of one version of the estate that begin or end by themselves, in the order in which they do.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class ValidityEdges
{
    private readonly (DateTimeOffset At, Link Link)[] _edges;

    /// <summary>Collects them. O(links), sorting only those with an end.</summary>
    public ValidityEdges(IEnumerable<Link> links) =>
        _edges =
        [
            .. links.SelectMany(link => new[] { (At: link.Validity.From, link), (At: link.Validity.Until, link) })
                .Where(edge => edge.At is not null).Select(edge => (edge.At!.Value, edge.link)).OrderBy(edge => edge.Item1),
        ];

    /// <summary>
    /// Lists the links that begin or end after one instant, up to and including the other; the two in any order, since clocks are set back.
    /// </summary>
    public IEnumerable<Link> Between(DateTimeOffset one, DateTimeOffset other)
    {
        var (first, last) = one < other ? (one, other) : (other, one);
        for (var i = FirstAfter(first); i < _edges.Length && _edges[i].At <= last; i++)
        {
            yield return _edges[i].Link;
        }
    }

    private int FirstAfter(DateTimeOffset instant)
    {
        var (low, high) = (0, _edges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _edges[middle].At <= instant ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
