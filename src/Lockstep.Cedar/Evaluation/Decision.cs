using System.Collections.Immutable;
using Lockstep.Cedar.Policies;

namespace Lockstep.Cedar.Evaluation;

/// <summary>The answer to a request. Deny when nothing permits, or anything forbids.</summary>
/// <param name="IsAllowed">Whether the request is allowed.</param>
/// <param name="Determining">The policies that decided; empty for a deny because nothing permits.</param>
/// <param name="Faults">The policies that could not be evaluated; they were skipped.</param>
public sealed record Decision(bool IsAllowed, ImmutableArray<Policy> Determining, ImmutableArray<PolicyFault> Faults);

/// <summary>A policy that was skipped because it could not be evaluated.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Fault">Why.</param>
public readonly record struct PolicyFault(Policy Policy, EvaluationFault Fault);
