using System.Collections.Immutable;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;

namespace Lockstep.Cedar.Partial;

/// <summary>A decision with what would have to be different for another one.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Forbidding">The policies that forbid; none of them must apply.</param>
/// <param name="Ways">The policies that could permit, nearest first. Empty when the request is allowed.</param>
public sealed record Explanation(Decision Decision, ImmutableArray<Policy> Forbidding, ImmutableArray<WayToAllow> Ways)
{
    /// <summary>Gets the conditions by which each forbidding policy applies: one of them would have to be false.</summary>
    public ImmutableArray<StandingForbid> Standing { get; init; } = [];
}

/// <summary>A policy that forbids, with its conditions, all of which hold.</summary>
public sealed record StandingForbid(Policy Policy, ImmutableArray<UnmetCondition> Met);

/// <summary>A policy that would permit if its unmet conditions held; none unmet when only a forbid stands in its way.</summary>
public sealed record WayToAllow(Policy Policy, ImmutableArray<UnmetCondition> Unmet);

/// <summary>One condition that is not met, or, of a policy that forbids, one that is.</summary>
/// <param name="Condition">What would have to be true.</param>
/// <param name="Fault">Why it could not be evaluated, or <see langword="null"/> when it is false.</param>
/// <param name="Readings">What it looked at, and what it saw.</param>
public sealed record UnmetCondition(Expr Condition, string? Fault, ImmutableArray<Reading> Readings);

/// <summary>A part of the request or an attribute, with its value now.</summary>
public sealed record Reading(string What, string Value);
