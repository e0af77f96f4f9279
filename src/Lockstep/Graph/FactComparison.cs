namespace Lockstep.Graph;

/// <summary>Says whether two facts say the same, attribute by attribute.</summary>
public static class FactComparison
{
    /// <summary>
    /// Says whether nothing needs to be written when <paramref name="now"/> is seen and <paramref name="before"/> is known.
    /// </summary>
    public static bool SaysTheSame(Fact before, Fact now) => (before, now) switch
    {
        (Fact.OfLink, Fact.OfLink) => before == now,
        (Fact.OfNode one, Fact.OfNode other) => one.Source == other.Source && one.Scope == other.Scope && SaysTheSame(one.Node, other.Node),
        _ => false,
    };

    /// <summary>Says whether two nodes are the same in every attribute.</summary>
    public static bool SaysTheSame(Node one, Node other) => ReferenceEquals(one, other) || (
        one.Id == other.Id
        && one.Name == other.Name
        && one.State == other.State
        && one.Attributes.Count == other.Attributes.Count
        && one.Attributes.All(a => other.Find(a.Key) == a.Value));
}
