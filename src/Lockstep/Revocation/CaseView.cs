using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>Where a case stands.</summary>
public enum CaseState
{
    /// <summary>Opened, not yet planned.</summary>
    Opened,

    /// <summary>Planned and under way.</summary>
    Running,

    /// <summary>Ended: everything verified.</summary>
    Verified,

    /// <summary>Ended: access is left, with a clock or without.</summary>
    Residual,

    /// <summary>Ended: something was not achieved.</summary>
    Failed,
}

/// <summary>Where a step stands.</summary>
public enum StepState
{
    /// <summary>Planned, nothing sent.</summary>
    Pending,

    /// <summary>An order was about to be sent; it may have taken effect.</summary>
    Sent,

    /// <summary>The system said yes.</summary>
    Acknowledged,

    /// <summary>A complete listing no longer shows it.</summary>
    Observed,

    /// <summary>Shown dead.</summary>
    Verified,

    /// <summary>Ordered, but alive until some instant.</summary>
    Residual,

    /// <summary>Not achieved.</summary>
    Failed,
}

/// <summary>A case as it stands, folded from the ledger.</summary>
public sealed record CaseView
{
    /// <summary>Gets the case's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Gets whose access is cut: a node id.</summary>
    public required string Subject { get; init; }

    /// <summary>Gets the name for people.</summary>
    public required string SubjectName { get; init; }

    /// <summary>Gets the cause.</summary>
    public required CaseCause Cause { get; init; }

    /// <summary>Gets why, in the words of who asked.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets who asked.</summary>
    public required string By { get; init; }

    /// <summary>Gets the one cut asked for by name, if the case is not about everything.</summary>
    public Cut? Single { get; init; }

    /// <summary>Gets when it was opened (UTC): the instant of the cause, from which times to proof are counted.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Gets when it was last closed (UTC), or <see langword="null"/>.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Gets where it stands.</summary>
    public CaseState State { get; init; }

    /// <summary>Gets when what is left ends (UTC); <see langword="null"/> if nothing is left or nothing bounds it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the closing sentence.</summary>
    public string? Summary { get; init; }

    /// <summary>Gets the latest round of planning, from 1; 0 before the first.</summary>
    public int Round { get; init; }

    /// <summary>Gets how many links the least cut needed when it was first planned.</summary>
    public int LeastCutSize { get; init; }

    /// <summary>Gets the chains before, in words.</summary>
    public IReadOnlyList<string> Chains { get; init; } = [];

    /// <summary>Gets the steps in order.</summary>
    public IReadOnlyList<CaseStepView> Steps { get; init; } = [];

    /// <summary>Gets what no step cuts.</summary>
    public IReadOnlyList<UncutAccess> Uncut { get; init; } = [];

    /// <summary>Gets how the touched systems were listed after the last round.</summary>
    public IReadOnlyList<SystemSeen> Observed { get; init; } = [];

    /// <summary>Gets how many chains were left after the last round; <see langword="null"/> if not yet asked.</summary>
    public int? ChainsLeft { get; init; }

    /// <summary>Gets when the last of the chains left ends by itself (UTC), or <see langword="null"/>.</summary>
    public DateTimeOffset? ChainsEndAt { get; init; }

    /// <summary>Gets the places of the ledger entries that the case rests on, ascending.</summary>
    public IReadOnlyList<long> Entries { get; init; } = [];

    /// <summary>Gets a value indicating whether nothing more is done.</summary>
    public bool IsClosed => State is CaseState.Verified or CaseState.Residual or CaseState.Failed;
}

/// <summary>A step as it stands.</summary>
public sealed record CaseStepView
{
    /// <summary>Gets what was planned.</summary>
    public required PlannedStep Plan { get; init; }

    /// <summary>Gets where it stands.</summary>
    public StepState State { get; init; }

    /// <summary>Gets how often it was attempted.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets when the first order was sent (UTC).</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>Gets when the system first said yes (UTC): from here the denial bound is counted.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Gets when the system last said yes (UTC): later than the first where the first turned out to be no cut.</summary>
    public DateTimeOffset? LastAcknowledgedAt { get; init; }

    /// <summary>Gets when a complete listing no longer showed it (UTC).</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>Gets when it was shown dead (UTC).</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>Gets how it was shown.</summary>
    public ProofKind? ProvenBy { get; init; }

    /// <summary>Gets when it ends by itself, for a residual step (UTC); or when the next attempt is due.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets what the system answered last at each stage, in order.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Gets what went wrong last.</summary>
    public ConnectorError? Error { get; init; }

    /// <summary>Gets a value indicating whether a rotation's new value is already in every vault.</summary>
    public bool IsStored { get; init; }

    /// <summary>Gets by what the new values that a rotation began to store are recognised: see <see cref="ValueDigest"/>.</summary>
    public IReadOnlyList<string> Digests { get; init; } = [];

    /// <summary>Gets a value indicating whether the step is settled.</summary>
    public bool IsSettled => State is StepState.Verified or StepState.Residual or StepState.Failed;

    /// <summary>
    /// Gets whether the promised denial bound held: from acknowledgement to proof; <see langword="null"/> if nothing was promised or
    /// proven.
    /// </summary>
    public bool? BoundHeld => Plan.DenialBound is { } bound && AcknowledgedAt is { } from && ProvenAt is { } proven
        ? Plan.Phase == CasePhase.WaitForCaches || proven - from <= bound + ProbeAllowance
        : null;

    /// <summary>How much of the time to a proof is our own asking and not the system's: 5 seconds.</summary>
    public static TimeSpan ProbeAllowance { get; } = TimeSpan.FromSeconds(5);
}
