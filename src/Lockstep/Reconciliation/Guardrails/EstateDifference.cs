using Lockstep.Graph;

namespace Lockstep.Reconciliation.Guardrails;

/// <summary>What is other in one version of the estate than in another.</summary>
/// <param name="Nodes">Nodes that are new, gone, or said to be otherwise.</param>
/// <param name="Links">
/// Links that are new or gone, both forms of one that is said otherwise, and those that began or ended by themselves.
/// </param>
public sealed record EstateDifference(IReadOnlyCollection<NodeId> Nodes, IReadOnlyCollection<Link> Links)
{
    /// <summary>Compares two versions. O(facts), and nothing where only coverage moved on.</summary>
    public static EstateDifference Between(IEstate before, IEstate after) =>
        ReferenceEquals(before.Graph, after.Graph) ? new([], []) : new(OtherNodes(before, after), OtherLinks(before, after));

    private static List<NodeId> OtherNodes(IEstate before, IEstate after)
    {
        var other = after.NodesOf(null)
            .Where(now => before.Find(now.Id) is not { } old || !FactComparison.SaysTheSame(old, now)).Select(n => n.Id).ToList();
        other.AddRange(before.NodesOf(null).Where(old => after.Find(old.Id) is null).Select(n => n.Id));
        return other;
    }

    private static List<Link> OtherLinks(IEstate before, IEstate after)
    {
        var left = new HashSet<Link>(before.Links, ByPlace.Instance);
        var other = after.Links.Where(link => !left.Remove(link)).ToList();
        other.AddRange(left);
        return other;
    }

    /// <summary>Equal where everything is; the hash is of the ends alone, since the rest is long.</summary>
    private sealed class ByPlace : IEqualityComparer<Link>
    {
        public static ByPlace Instance { get; } = new();

        public bool Equals(Link? x, Link? y) => ReferenceEquals(x, y) || (x is not null && x.Equals(y));

        public int GetHashCode(Link obj) => HashCode.Combine(obj.From, obj.To, obj.Kind, obj.Action);
    }
}
