namespace Lockstep.Ledger;

/// <summary>A witness did not cosign a checkpoint. An expected event; the server makes a finding of it.</summary>
/// <param name="Witness">The witness's name.</param>
/// <param name="Code">A stable diagnostic code, <c>LS4030</c> to <c>LS4039</c>.</param>
/// <param name="Kind">Whether the witness could not be asked or contradicts us.</param>
/// <param name="Offered">The checkpoint that was to be cosigned.</param>
/// <param name="KnownSize">The size that the witness last cosigned, if it said.</param>
/// <param name="Detail">One sentence for an operator.</param>
public sealed record WitnessRefusal(
    string Witness, string Code, WitnessRefusalKind Kind, Checkpoint Offered, long? KnownSize, string Detail);

/// <summary>Why a witness did not cosign.</summary>
public enum WitnessRefusalKind
{
    /// <summary>Nobody answered in time. The ledger goes on; the cosignature is asked for again with the next checkpoint.</summary>
    Unreachable,

    /// <summary>The witness does not know our ledger or its key; its operator must add it.</summary>
    NotConfigured,

    /// <summary>The answer broke the protocol, or its cosignature does not verify with the configured key.</summary>
    Malformed,

    /// <summary>The ledger that we run is not the one that the witness saw: rewritten, or restored from an old copy.</summary>
    Rewritten,
}
