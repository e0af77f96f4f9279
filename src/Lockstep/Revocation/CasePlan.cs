using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Revocation;

/// <summary>The phases of a case, in order. A phase begins when the one before it is settled.</summary>
public enum CasePhase
{
    /// <summary>Nothing new can be opened: accounts are disabled, grants removed.</summary>
    StopIssuance,

    /// <summary>Credentials that only the identity uses are revoked.</summary>
    RevokeCredentials,

    /// <summary>Open sessions are ended.</summary>
    EndSessions,

    /// <summary>Channels that would hand a new value to the identity run out.</summary>
    WaitForCaches,

    /// <summary>Shared credentials are rotated.</summary>
    Rotate,

    /// <summary>Sessions opened with a value that has been rotated are ended.</summary>
    EndOldSessions,
}

/// <summary>One step of a plan: one cut, or the wait for a cache.</summary>
public sealed record PlannedStep
{
    /// <summary>Gets the step's place in the case, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Gets the phase.</summary>
    public required CasePhase Phase { get; init; }

    /// <summary>Gets the cut; <see langword="null"/> for <see cref="CasePhase.WaitForCaches"/>.</summary>
    public required Cut? Cut { get; init; }

    /// <summary>Gets the system that is touched or waited for.</summary>
    public required string SystemName { get; init; }

    /// <summary>Gets what the step does, in words with names, for people.</summary>
    public required string What { get; init; }

    /// <summary>Gets why: which access it cuts.</summary>
    public required string Why { get; init; }

    /// <summary>Gets how it will be shown.</summary>
    public required ProofKind Proof { get; init; }

    /// <summary>Gets how long what is cut may outlive the acknowledgement, or <see langword="null"/> if nothing bounds it.</summary>
    public required TimeSpan? DenialBound { get; init; }

    /// <summary>Gets a value indicating whether it cuts latent access only: what would come back by itself.</summary>
    public bool IsLatent { get; init; }

    /// <summary>Gets the names of other identities that use what is touched.</summary>
    public IReadOnlyList<string> AlsoUsedBy { get; init; } = [];

    /// <summary>Gets the secrets that hold the credential, for <see cref="CutKind.RotateCredential"/>.</summary>
    public IReadOnlyList<NodeId> Secrets { get; init; } = [];

    /// <summary>
    /// Gets the accounts of other systems that are there only because of what is cut, such as the database role of a lease: they must be
    /// gone after it.
    /// </summary>
    public IReadOnlyList<NodeId> Opens { get; init; } = [];

    /// <summary>Gets the rows of the atlas of surviving access that are about the cut.</summary>
    public IReadOnlyList<string> Atlas { get; init; } = [];

    /// <summary>Gets what outlives the cut, by these rows, and what ends it.</summary>
    public IReadOnlyList<PlannedSurvivor> Outlives { get; init; } = [];

    /// <summary>Gets what the system's connector says about the cut's limits.</summary>
    public string? Note { get; init; }
}

/// <summary>Access that no step cuts.</summary>
/// <param name="Chain">The chain in words.</param>
/// <param name="Why">Why nothing cuts it, and what a person can do.</param>
public sealed record UncutAccess(string Chain, string Why)
{
    /// <summary>Gets when it ends by itself (UTC), or <see langword="null"/> if nothing ends it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets a value indicating whether it is a value that may be known: that stays so, whatever later rounds see.</summary>
    public bool IsKnowledge { get; init; }
}

/// <summary>What a case will do. Making one has no effects; a dry run shows the plan that would run.</summary>
public sealed record CasePlan
{
    /// <summary>Gets whose access is cut.</summary>
    public required NodeId Subject { get; init; }

    /// <summary>Gets the name for people.</summary>
    public required string SubjectName { get; init; }

    /// <summary>Gets the instant (UTC) of the estate that was planned on.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets one chain for each thing that the subject can do now.</summary>
    public required IReadOnlyList<Chain> Chains { get; init; }

    /// <summary>Gets the steps in order.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>Gets what stays, and why.</summary>
    public required IReadOnlyList<UncutAccess> Uncut { get; init; }

    /// <summary>Gets how many links the least cut needs, of all that the plan touches.</summary>
    public required int LeastCutSize { get; init; }

    /// <summary>Gets the systems whose picture is not complete: what they hide is not in the plan.</summary>
    public required IReadOnlyList<string> IncompleteSystems { get; init; }
}
