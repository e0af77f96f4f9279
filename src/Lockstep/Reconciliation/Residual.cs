using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>One thing that an identity that has left can still do.</summary>
/// <param name="Identity">Who.</param>
/// <param name="Chain">How.</param>
/// <param name="Bound">How long after a cut it may still work.</param>
public sealed record ResidualAccess(Node Identity, Chain Chain, DenialBound Bound);

/// <summary>Finds what should be gone and is not.</summary>
public static class Residual
{
    /// <summary>Finds the effective access of every identity that has ended.</summary>
    public static Answer<IReadOnlyList<ResidualAccess>> Of(
        IEstate estate, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken) =>
        Of(estate, [.. estate.NodesOf(NodeKinds.Identity).Where(n => n.State == NodeState.Ended).OrderBy(n => n.Id)], at, limits,
            cancellationToken);

    /// <summary>Finds what <paramref name="identities"/> can do, whatever their state: after an offboarding, what is left.</summary>
    public static Answer<IReadOnlyList<ResidualAccess>> Of(
        IEstate estate, IReadOnlyList<Node> identities, DateTimeOffset at, QueryLimits limits, CancellationToken cancellationToken)
    {
        (List<ResidualAccess> found, string? limit) = ([], null);
        foreach (var identity in identities)
        {
            var answer = estate.Graph.AccessOf(identity.Id, at, limits, cancellationToken);
            limit ??= (answer as Answer<IReadOnlyList<Chain>>.Truncated)?.Limit;
            found.AddRange(answer.Value.Select(c => new ResidualAccess(identity, c, DenialBound.Of(c))));
        }

        return limit is null
            ? new Answer<IReadOnlyList<ResidualAccess>>.Complete(found, at)
            : new Answer<IReadOnlyList<ResidualAccess>>.Truncated(found, at, limit);
    }
}
