using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>Why it was decided so.</summary>
internal enum VerdictReason
{
    /// <summary>A policy permits it and none forbids it.</summary>
    Permitted,

    /// <summary>A policy forbids it.</summary>
    Forbidden,

    /// <summary>No policy permits it.</summary>
    NotPermitted,

    /// <summary>A policy permits it, but what that rests on is not known for certain.</summary>
    Unknown,
}

/// <summary>One decision, with everything that it rests on.</summary>
internal sealed record Verdict
{
    /// <summary>Gets the question.</summary>
    public required Question Question { get; init; }

    /// <summary>Gets why it was decided so.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>Gets whether it may be done.</summary>
    public bool IsAllowed => Reason == VerdictReason.Permitted;

    /// <summary>Gets the policies that decided.</summary>
    public required IReadOnlyList<Policy> Policies { get; init; }

    /// <summary>Gets the policies that were skipped because they could not be evaluated.</summary>
    public required IReadOnlyList<PolicyFault> Faults { get; init; }

    /// <summary>Gets the links of the chain or membership that decided; empty if none did.</summary>
    public required IReadOnlyList<Link> Chain { get; init; }

    /// <summary>Gets the systems that it rests on.</summary>
    public required IReadOnlyList<string> Systems { get; init; }

    /// <summary>Gets what is not known, in sentences.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    /// <summary>Gets a value indicating whether a wrong answer would be dear: a secret, a sensitive resource, or a policy that says so.</summary>
    public required bool IsHighRisk { get; init; }
}
