namespace Lockstep.Cedar.Text;

/// <summary>A text or JSON value is not what it should be; carries every fault found, not only the first.</summary>
public sealed class CedarException : FormatException
{
    /// <summary>Makes the exception from at least one diagnostic.</summary>
    public CedarException(IReadOnlyList<CedarDiagnostic> diagnostics)
        : base(string.Join('\n', diagnostics.Select(d => d.ToString()))) => Diagnostics = diagnostics;

    /// <summary>Makes the exception from one fault without a place in a text.</summary>
    public CedarException(string code, string message, string? hint = null)
        : this([new CedarDiagnostic(code, message, 0, 0) { Hint = hint }])
    {
    }

    /// <summary>Gets every fault found.</summary>
    public IReadOnlyList<CedarDiagnostic> Diagnostics { get; }
}
