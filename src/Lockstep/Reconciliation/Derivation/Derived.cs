using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>What follows from the facts: identities, links between the systems, and what could not be joined.</summary>
public sealed record Derived
{
    /// <summary>Gets the identities, those that have left with state <see cref="NodeState.Ended"/>.</summary>
    public required IReadOnlyList<Node> Identities { get; init; }

    /// <summary>Gets all links of the graph: the observed ones with their ends matched, and the derived ones.</summary>
    public required IReadOnlyList<Link> Links { get; init; }

    /// <summary>Gets what could not be joined.</summary>
    public required IReadOnlyList<CorrelationIssue> Issues { get; init; }

    /// <summary>Derives everything anew. Pure. O(facts).</summary>
    public static Derived From(ObservedFacts facts)
    {
        var correlation = Correlation.Of(facts);
        var identities = new Identities(facts, correlation);
        var ends = new MatchedEnds(facts);
        var observed = facts.Links.Select(ends.Resolve).OfType<Link>().ToList();
        var openings = new Openings(facts, observed);
        var owners = new DeclaredOwners(facts);
        var signed = SignedAccess.Of(facts, observed);
        List<Link> opened = [.. observed, .. openings.Links];
        return new Derived
        {
            Identities = identities.Nodes,
            Links = Once(
            [
                .. opened, .. correlation.Leases.Links, .. SecretVersions.Contents(facts, opened), .. identities.Represents,
                .. signed,
                .. identities.Lift(observed.Concat(signed)), .. owners.Links,
            ]),
            Issues = [.. correlation.Issues, .. UnheldTokens.Issues(facts), .. ends.Issues, .. openings.Issues, .. owners.Issues],
        };
    }

    /// <summary>Keeps of links with the same key the first: two facts may come to the same link when their ends are matched.</summary>
    private static List<Link> Once(List<Link> links)
    {
        var keys = new HashSet<LinkKey>(links.Count);
        return links.FindAll(l => keys.Add(l.Key));
    }
}
