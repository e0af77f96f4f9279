using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>What could not be joined; it leads to a finding and never to a link.</summary>
public enum CorrelationIssueKind
{
    /// <summary>An account matches no identity.</summary>
    UncorrelatedAccount,

    /// <summary>An account matches several identities.</summary>
    AmbiguousAccount,

    /// <summary>A link names its end by an attribute that no node has.</summary>
    UnmatchedEnd,

    /// <summary>A link names its end by an attribute that several nodes have.</summary>
    AmbiguousEnd,

    /// <summary>A secret declares that it opens what is not there.</summary>
    UnmatchedOpening,

    /// <summary>A node's metadata names an owner whom the authority does not know, or knows several times.</summary>
    UnmatchedOwner,

    /// <summary>A secret declares that it opens something that several accounts are called.</summary>
    AmbiguousOpening,

    /// <summary>An account has the form of those that a vault makes for leases, and no lease that the vault lists explains it.</summary>
    OutlivedLease,

    /// <summary>A token stands by itself: it carries no identity, and nothing says who made it.</summary>
    UnheldToken,
}

/// <summary>One thing that could not be joined.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Subject">The account, the named end, or the secret.</param>
/// <param name="Candidates">The nodes that all fit; empty if none does.</param>
/// <param name="Detail">One sentence for a person, without secrets.</param>
public sealed record CorrelationIssue(CorrelationIssueKind Kind, NodeId Subject, IReadOnlyList<NodeId> Candidates, string Detail);
