namespace Lockstep.Ledger;

/// <summary>A draft cannot be written as it is; nothing of its append was. A misuse by our own code, not an event.</summary>
/// <param name="code">A stable diagnostic code, <c>LS4001</c> to <c>LS4009</c>.</param>
/// <param name="detail">What is wrong with which draft.</param>
public sealed class LedgerDraftException(string code, string detail) : ArgumentException($"{code}: {detail}")
{
    /// <summary>Gets the diagnostic code.</summary>
    public string Code { get; } = code;
}
