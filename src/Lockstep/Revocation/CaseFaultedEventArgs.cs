namespace Lockstep.Revocation;

/// <summary>The run of a case ended by a fault.</summary>
/// <param name="caseId">Which case.</param>
/// <param name="fault">What was thrown.</param>
public sealed class CaseFaultedEventArgs(Guid caseId, Exception fault) : EventArgs
{
    /// <summary>Gets which case.</summary>
    public Guid CaseId => caseId;

    /// <summary>Gets what was thrown.</summary>
    public Exception Fault => fault;
}
