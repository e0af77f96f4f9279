using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Ledger;

namespace Lockstep.Reconciliation;

/// <summary>How a witness stands to our ledger since it was last offered a checkpoint. Written when it changes, not at each seal.</summary>
public sealed record WitnessStanding
{
    /// <summary>The kind of the ledger entry; its payload is this record.</summary>
    public const string EntryKind = "witness.standing";

    /// <summary>Gets the witness's name.</summary>
    public required string Witness { get; init; }

    /// <summary>Gets how many entries the checkpoint had that it was offered.</summary>
    public required long OfferedSize { get; init; }

    /// <summary>
    /// Gets why it did not cosign, one of <see cref="WitnessRefusalKind"/> as a word; <see langword="null"/> if it did.
    /// </summary>
    public string? Refusal { get; init; }

    /// <summary>Gets the diagnostic code of the refusal; <see langword="null"/> if it cosigned.</summary>
    public string? Code { get; init; }

    /// <summary>Gets one sentence for an operator; <see langword="null"/> if it cosigned.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets the ledger as this witness sees it, as a node that findings are about.</summary>
    public NodeId Subject => NodeId.Of("lockstep", "ledger", Witness);

    /// <summary>Gets what a refusal means.</summary>
    public static WitnessStanding Of(WitnessRefusal refusal) => new()
    {
        Witness = refusal.Witness,
        OfferedSize = refusal.Offered.Size,
        Refusal = refusal.Kind.ToString(),
        Code = refusal.Code,
        Detail = refusal.Detail,
    };

    /// <summary>Reads it from a ledger entry.</summary>
    public static WitnessStanding Read(LedgerEntry entry) =>
        entry.Payload.Deserialize<WitnessStanding>(JsonSerializerOptions.Web) ?? throw new FormatException("an empty standing");

    /// <summary>Drafts the ledger entry.</summary>
    public LedgerDraft ToDraft() => new(EntryKind, "lockstep", JsonSerializer.SerializeToElement(this, JsonSerializerOptions.Web));
}
