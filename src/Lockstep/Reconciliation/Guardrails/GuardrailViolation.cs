using Lockstep.Graph;

namespace Lockstep.Reconciliation.Guardrails;

/// <summary>Somebody has what a guardrail forbids.</summary>
/// <param name="Guardrail">The guardrail.</param>
/// <param name="Principal">Who: an identity, or an account behind which nobody is known.</param>
/// <param name="Accesses">All that they have and must not, by part, then resource and action. Never empty.</param>
public sealed record GuardrailViolation(Guardrail Guardrail, NodeId Principal, IReadOnlyList<ForbiddenAccess> Accesses)
{
    /// <summary>Gets the links that show it: of each part the first chain.</summary>
    public IReadOnlyList<Link> Evidence =>
        [.. Accesses.GroupBy(a => a.Part).SelectMany(part => part.First().Chain?.Links ?? []).Distinct()];
}

/// <summary>One access that a guardrail forbids.</summary>
/// <param name="Part">The part of the guardrail that it falls under; empty if the guardrail has no parts.</param>
/// <param name="Target">What is reached; the principal itself where only its existence is asked about.</param>
/// <param name="IsDirect">Whether accounts, groups and roles alone lead there, without a credential, secret or session.</param>
/// <param name="Chain">
/// How it is reached: a direct chain if there is one, else the first of all. <see langword="null"/> where existence is asked about, and
/// beyond the first <see cref="ChainsMax"/> of a part.
/// </param>
public sealed record ForbiddenAccess(string Part, AccessTarget Target, bool IsDirect, Chain? Chain)
{
    /// <summary>How many accesses of one part carry their chain: 10.</summary>
    public const int ChainsMax = 10;
}
