namespace Lockstep.Graph;

/// <summary>Why something is not a fact.</summary>
/// <param name="Field">Which field, such as <c>link.kind</c>; empty for the whole object.</param>
/// <param name="Expected">What was expected there: lower case, no full stop. Never quotes a value, which may be a secret put there by
/// mistake.</param>
public sealed record FactProblem(string Field, string Expected)
{
    /// <inheritdoc/>
    public override string ToString() => Field.Length == 0 ? $"expected {Expected}" : $"`{Field}`: expected {Expected}";
}
