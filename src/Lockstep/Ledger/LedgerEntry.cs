using System.Text.Json;

namespace Lockstep.Ledger;

/// <summary>One entry of the ledger, as it was written and as it will always be.</summary>
public sealed record LedgerEntry
{
    /// <summary>Gets the place in the ledger, from 0, without gaps.</summary>
    public required long Index { get; init; }

    /// <summary>Gets what happened, for example <c>observation.facts</c>, <c>case.opened</c> or <c>step.sent</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Gets when it was written (UTC), as this machine's clock said; not promised to be in order if the clock was set back.
    /// </summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets who or what did it.</summary>
    public required string By { get; init; }

    /// <summary>Gets the details.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>
    /// Gets the entry's exact bytes: one line of canonical JSON with the members <c>at</c>, <c>by</c>, <c>kind</c>,
    /// <c>payload</c> and <c>v</c>, without a line end. These bytes are the leaf of the Merkle tree.
    /// </summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}
