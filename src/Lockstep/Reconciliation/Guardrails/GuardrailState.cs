namespace Lockstep.Reconciliation.Guardrails;

/// <summary>How a guardrail stands. That it holds is only said where everything could be seen and asked. Closed.</summary>
public abstract record GuardrailState
{
    private GuardrailState()
    {
    }

    /// <summary>Nobody has what it forbids, and all of it was looked at.</summary>
    public sealed record Holds : GuardrailState;

    /// <summary>Somebody has what it forbids.</summary>
    /// <param name="Violations">Who, by id. Never empty.</param>
    /// <param name="Unknown">Why there may be more, in sentences.</param>
    public sealed record Violated(IReadOnlyList<GuardrailViolation> Violations, IReadOnlyList<string> Unknown) : GuardrailState;

    /// <summary>No violation is seen, and that proves nothing.</summary>
    /// <param name="Why">Why not, in sentences. Never empty.</param>
    public sealed record NotKnown(IReadOnlyList<string> Why) : GuardrailState;

    /// <summary>Says how a guardrail stands.</summary>
    /// <param name="violations">Who violates it.</param>
    /// <param name="unknown">What could not be seen or asked.</param>
    public static GuardrailState Of(IReadOnlyList<GuardrailViolation> violations, IReadOnlyList<string> unknown) =>
        violations.Count > 0 ? new Violated(violations, unknown)
        : unknown.Count > 0 ? new NotKnown(unknown)
        : new Holds();
}

/// <summary>How all guardrails stand at one instant.</summary>
/// <param name="At">The instant (UTC).</param>
/// <param name="LedgerSize">How many entries the estate was folded from.</param>
/// <param name="States">Each guardrail with its state, in the order of their ids.</param>
public sealed record GuardrailReport(
    DateTimeOffset At, long LedgerSize, IReadOnlyList<(Guardrail Guardrail, GuardrailState State)> States)
{
    /// <summary>Gets all violations.</summary>
    public IEnumerable<GuardrailViolation> Violations =>
        States.SelectMany(s => (s.State as GuardrailState.Violated)?.Violations ?? []);
}
