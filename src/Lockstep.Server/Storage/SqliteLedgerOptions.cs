using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>Configures a ledger on SQLite.</summary>
public sealed record SqliteLedgerOptions
{
    /// <summary>Gets the data folder; made on first start for its owner alone.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// Gets the name of a new ledger, or <see langword="null"/> to draw <c>lockstep.local/</c> and 12 hexadecimal digits.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>Gets the witnesses that are asked to cosign each sealed checkpoint.</summary>
    public IReadOnlyList<IWitness> Witnesses { get; init; } = [];

    /// <summary>Gets what is called, once a seal, for each witness that did not cosign. Must be quick and must not seal.</summary>
    public Action<WitnessRefusal>? OnRefusal { get; init; }
}
