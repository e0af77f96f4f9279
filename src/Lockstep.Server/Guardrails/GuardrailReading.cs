using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>What came of reading guardrails. Closed: these two and no others.</summary>
internal abstract record GuardrailReading(string Digest)
{
    /// <summary>They can run.</summary>
    public sealed record Good(GuardrailSet Set) : GuardrailReading(Set.Digest);

    /// <summary>They cannot; this is everything that is wrong with them.</summary>
    public sealed record Bad(string Digest, IReadOnlyList<PolicyProblem> Problems) : GuardrailReading(Digest);
}
