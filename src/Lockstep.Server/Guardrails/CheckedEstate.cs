using System.Collections.Immutable;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>
/// What all guardrails found in one estate at one instant. From one to the next only those are asked about again whom the change may
/// concern (<see cref="TouchedNodes"/>); what was found of everybody else is kept.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record CheckedEstate
{
    private readonly ValidityEdges _edges;
    private readonly ImmutableDictionary<NodeId, PrincipalResult> _results;

    private CheckedEstate(
        GuardrailSet set, IEstate estate, DateTimeOffset at, ValidityEdges edges, ImmutableDictionary<NodeId, PrincipalResult> results,
        int asked) => (Set, Estate, At, _edges, _results, Asked) = (set, estate, at, edges, results, asked);

    /// <summary>Gets the guardrails.</summary>
    public GuardrailSet Set { get; private init; }

    /// <summary>Gets the estate.</summary>
    public IEstate Estate { get; private init; }

    /// <summary>Gets the instant (UTC).</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>Gets how many principals were asked about for this one: what it cost.</summary>
    public int Asked { get; private init; }

    /// <summary>Gets what was found of each principal of whom something was.</summary>
    public IReadOnlyDictionary<NodeId, PrincipalResult> Results => _results;

    /// <summary>Asks about everybody, or about nobody where nothing is forbidden. O(principals x what each reaches).</summary>
    public static CheckedEstate Full(GuardrailSet set, IEstate estate, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (set.Rules.Count == 0)
        {
            return new(set, estate, at, new([]), ImmutableDictionary<NodeId, PrincipalResult>.Empty, 0);
        }

        var check = new PrincipalCheck(set, estate, at, cancellationToken);
        var principals = estate.NodesOf(NodeKinds.Identity).Concat(estate.NodesOf(NodeKinds.Account))
            .Select(n => n.Id).Where(check.IsPrincipal).ToList();
        var results = principals.AsParallel().WithCancellation(cancellationToken)
            .Select(id => KeyValuePair.Create(id, check.Ask(id))).Where(r => !r.Value.IsEmpty).ToImmutableDictionary();
        return new(set, estate, at, new(estate.Links), results, principals.Count);
    }

    /// <summary>
    /// Gives the same as <see cref="Full"/> for another estate or instant, asking only about those whom the change may concern: O(links
    /// into what changed, plus what each of those reaches), after comparing the two versions.
    /// </summary>
    public CheckedEstate Again(IEstate estate, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (Set.Rules.Count == 0)
        {
            return Full(Set, estate, at, cancellationToken);
        }

        var edges = ReferenceEquals(estate.Graph, Estate.Graph) ? _edges : new ValidityEdges(estate.Links);
        var change = EstateDifference.Between(Estate, estate);
        change = change with { Links = [.. change.Links, .. edges.Between(At, at)] };
        var touched = TouchedNodes.Find((Estate.Graph, At), (estate.Graph, at), change, Set.FollowsOwners, cancellationToken);
        if (Set.Named.Count > 0 && touched.Any(node => Set.Named.Contains(EntityNames.Of(node))))
        {
            return Full(Set, estate, at, cancellationToken);
        }

        var check = new PrincipalCheck(Set, estate, at, cancellationToken);
        var results = _results.ToBuilder();
        results.RemoveRange(touched);
        var principals = touched.Where(check.IsPrincipal).ToList();
        results.AddRange(principals.AsParallel().WithCancellation(cancellationToken)
            .Select(id => KeyValuePair.Create(id, check.Ask(id))).Where(r => !r.Value.IsEmpty).ToList());
        return new(Set, estate, at, edges, results.ToImmutable(), principals.Count);
    }
}
