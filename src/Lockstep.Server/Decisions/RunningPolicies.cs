using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;

namespace Lockstep.Server.Decisions;

/// <summary>One set of policies that was read, parsed and validated as a whole.</summary>
/// <param name="Policies">The policies, each under the id that answers name.</param>
/// <param name="Schema">What policies and questions are held to, or <see langword="null"/>.</param>
/// <param name="Entities">What no connected system knows.</param>
/// <param name="Digest"><c>sha256:</c> and the hash over the names and bytes of all files.</param>
/// <param name="Files">The files in order; none for the shipped policy.</param>
internal sealed record RunningPolicies(
    PolicySet Policies, Schema? Schema, EntityStore Entities, string Digest, IReadOnlyList<string> Files)
{
    /// <summary>Gets what decides.</summary>
    public Authorizer Authorizer { get; } = new(Policies);
}

/// <summary>What came of reading policies. Closed: these two and no others.</summary>
internal abstract record PolicyReading(string Digest)
{
    /// <summary>They can run.</summary>
    public sealed record Good(RunningPolicies Policies) : PolicyReading(Policies.Digest);

    /// <summary>They cannot; this is everything that is wrong with them.</summary>
    public sealed record Bad(string Digest, IReadOnlyList<PolicyProblem> Problems) : PolicyReading(Digest);
}

/// <summary>One thing that is wrong with a policy, schema or entities file.</summary>
internal sealed record PolicyProblem(string File, CedarDiagnostic Fault)
{
    /// <summary>Writes it on one line, the place first.</summary>
    public override string ToString() => Fault.Line > 0
        ? $"{File}:{Fault.Line}:{Fault.Column}: {Fault.Code}: {Fault.Message}{Advice}"
        : $"{File}: {Fault.Code}: {Fault.Message}{Advice}";

    private string Advice => (Fault.Expected is null ? string.Empty : $"; expected {Fault.Expected}")
        + (Fault.Hint is null ? string.Empty : $" ({Fault.Hint})");
}
