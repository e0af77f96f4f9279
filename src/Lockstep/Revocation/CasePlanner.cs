using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Plans how an identity's access is cut along every chain. Pure: looks at the estate, touches nothing.</summary>
/// <remarks>
/// Cut always: the accounts that represent the identity alone, what it holds alone, and what would come back when such an account is
/// enabled again (latent access). Rotated: credentials that others use too and whose value it may know. What is then still reached is
/// cut by the cheapest set of links (<see cref="LeastCut"/>, weighted by how many others each link serves), and the plan is certified
/// by asking the graph again without everything that it cuts.
/// </remarks>
public sealed class CasePlanner(IReadOnlyDictionary<string, SystemCapabilities> systems)
{
    /// <summary>Plans for an identity.</summary>
    /// <param name="estate">What is known.</param>
    /// <param name="identity">Whose access is cut.</param>
    /// <param name="at">The present instant (UTC).</param>
    public CasePlan Plan(IEstate estate, NodeId identity, DateTimeOffset at)
    {
        var holdings = Holdings.Of(estate, identity, at);
        var draft = new PlanDraft(estate, systems, identity, at);
        foreach (var account in holdings.OwnAccounts)
        {
            draft.Disable(account);
            draft.RemoveGrantsOf(account);
        }

        foreach (var held in holdings.Held)
        {
            draft.RevokeOrEnd(held, OthersHolding(estate, held, identity, at));
        }

        foreach (var (credential, secrets) in holdings.Known)
        {
            draft.RotateIfShared(credential, secrets, holdings.OwnAccounts, holdings.OthersUsing(credential));
        }

        draft.WaitForCaches(holdings.Secrets);
        draft.CutWhatIsLeft();
        return draft.ToPlan(holdings.KnownAndUnexplained);
    }

    /// <summary>Plans one cut by itself: a credential, a session or a grant.</summary>
    public CasePlan PlanOne(IEstate estate, Cut cut, DateTimeOffset at)
    {
        var draft = new PlanDraft(estate, systems, cut.Target, at);
        draft.Add(cut, "asked for by name", isLatent: false);
        return draft.ToPlan([]);
    }

    private static bool OthersHolding(IEstate estate, NodeId held, NodeId identity, DateTimeOffset at) =>
        estate.Graph.LinksTo(held).Any(l =>
            l.Kind == LinkKind.Holds && l.Validity.HoldsAt(at) && l.From.Kind == NodeKinds.Identity && l.From != identity);
}
