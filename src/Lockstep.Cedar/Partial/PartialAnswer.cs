using System.Collections.Immutable;
using Lockstep.Cedar.Policies;

namespace Lockstep.Cedar.Partial;

/// <summary>What is known of one policy for a partial request.</summary>
public enum PolicyPossibility
{
    /// <summary>It applies, whatever the unknown parts are.</summary>
    Always,

    /// <summary>It applies or not; see its condition.</summary>
    Depends,

    /// <summary>It cannot be evaluated, whatever the unknown parts are, and so is skipped.</summary>
    Fails,
}

/// <summary>A policy that could apply.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Possibility">What is known of it.</param>
/// <param name="Condition">What is left to be true; the literal <c>true</c> when it always applies.</param>
/// <param name="Needs">What it would still need to know, such as <c>principal</c> or <c>context.mfa</c>.</param>
public sealed record PossiblePolicy(Policy Policy, PolicyPossibility Possibility, Expr Condition, ImmutableArray<string> Needs);

/// <summary>The answer to a partial request.</summary>
/// <param name="IsAllowed">The decision where the known parts already make it, else <see langword="null"/>.</param>
/// <param name="Policies">The policies that could apply; all others cannot.</param>
public sealed record PartialAnswer(bool? IsAllowed, ImmutableArray<PossiblePolicy> Policies);
