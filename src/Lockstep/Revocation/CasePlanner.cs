using System.Globalization;
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
    public CasePlan Plan(IEstate estate, NodeId identity, DateTimeOffset at) => Plan(estate, identity, at, []);

    /// <summary>Plans one cut by itself: a credential, a session or a grant. What else its target gives stays.</summary>
    public CasePlan PlanOne(IEstate estate, Cut cut, DateTimeOffset at)
    {
        var draft = new PlanDraft(estate, systems, cut.Target, [], at);
        draft.AddAsked(cut);
        return draft.ToPlan(isWhole: false);
    }

    /// <summary>Plans a later round of a case, in which <paramref name="before"/> was planned already.</summary>
    internal CasePlan Plan(IEstate estate, NodeId identity, DateTimeOffset at, IReadOnlyList<CaseStepView> before)
    {
        var holdings = Holdings.Of(estate, identity, at);
        var draft = new PlanDraft(estate, systems, identity, holdings.OwnAccounts, at);
        foreach (var rotation in before.Where(s => s.Plan.Cut?.Kind == CutKind.RotateCredential))
        {
            draft.GoOnFrom(rotation);
        }

        foreach (var account in holdings.OwnAccounts)
        {
            draft.Disable(account);
            draft.RemoveGrantsOf(account);
            draft.EndAllOf(account);
        }

        holdings.SharedAccounts.ForEach(draft.LeaveShared);
        
        // Leases first: once its token is gone a lease is forgotten all too easily, and its account with it.
        holdings.Held.OrderByDescending(h => estate.Find(h)?.Find(NodeAttributes.CredentialType) == "lease").ToList().ForEach(
            draft.RevokeOrEnd);
        holdings.Known.ForEach(draft.ReplaceKnown);
        holdings.KnownAndUnexplained.ForEach(draft.LeaveUnexplained);
        draft.LeaveCertificates(
            holdings.Held, before.Where(s => s.State == StepState.Verified).Select(s => s.Plan.Cut).OfType<Cut>().ToList());
        draft.LeaveOutlived();
        draft.LeaveUnheldLeases();
        draft.WaitForCaches(holdings.Secrets);
        draft.CutWhatIsLeft();
        return draft.ToPlan(isWhole: true);
    }

    /// <summary>Reads when a node began, or <see langword="null"/> if its system does not say.</summary>
    internal static DateTimeOffset? StartOf(Node? node) =>
        DateTimeOffset.TryParse(
            node?.Find(NodeAttributes.CreatedAt) ?? node?.Find(NodeAttributes.StartedAt),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at)
            ? at
            : null;

    /// <summary>Reads an instant off a node, or <see langword="null"/>.</summary>
    internal static DateTimeOffset? InstantOf(Node? node, string attribute) =>
        DateTimeOffset.TryParse(node?.Find(attribute), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
