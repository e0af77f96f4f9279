using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Ledger;

namespace Lockstep.Reconciliation;

/// <summary>How long a system let a canary in after the cause of its cut.</summary>
public sealed record CanaryMeasured
{
    /// <summary>The kind of the ledger entry; its payload is this record.</summary>
    public const string Kind = "canary.measured";

    /// <summary>Gets the system that was tried.</summary>
    public required string SystemName { get; init; }

    /// <summary>Gets the canary's account.</summary>
    public required string Account { get; init; }

    /// <summary>Gets the case that cut it.</summary>
    public required Guid Case { get; init; }

    /// <summary>Gets when the case was opened: the cause (UTC).</summary>
    public required DateTimeOffset CausedAt { get; init; }

    /// <summary>Gets the promised bound in seconds; <see langword="null"/> if nothing bounds it.</summary>
    public required double? ComputedSeconds { get; init; }

    /// <summary>Gets the seconds from the cause to the last refusal that stood; <see langword="null"/> if none came in time.</summary>
    public required double? DeniedSeconds { get; init; }

    /// <summary>Gets for how many seconds it was tried.</summary>
    public required double TriedSeconds { get; init; }

    /// <summary>Gets what became of each row of the atlas that was tried.</summary>
    public required IReadOnlyList<CanaryRow> Rows { get; init; }

    /// <summary>Gets the seconds that it certainly let in: until the refusal, or for as long as it was tried.</summary>
    public double LeastSeconds => DeniedSeconds ?? TriedSeconds;

    /// <summary>Gets whether the promise was broken.</summary>
    public bool IsLate => ComputedSeconds is { } bound && LeastSeconds > bound;

    /// <summary>Gets the account as a node.</summary>
    public NodeId AccountId => NodeId.Parse(Account);

    /// <summary>Reads it from a ledger entry.</summary>
    public static CanaryMeasured Read(LedgerEntry entry) =>
        entry.Payload.Deserialize<CanaryMeasured>(JsonSerializerOptions.Web) ?? throw new FormatException("an empty measurement");

    /// <summary>Drafts the ledger entry.</summary>
    public LedgerDraft ToDraft() => new(Kind, "lockstep", JsonSerializer.SerializeToElement(this, JsonSerializerOptions.Web));
}

/// <summary>What became of one row of the atlas.</summary>
/// <param name="Row">Its name.</param>
/// <param name="Holds">Whether it holds on this system; <see langword="null"/> if that could not be seen.</param>
/// <param name="Seen">What was seen, in a sentence.</param>
public sealed record CanaryRow(string Row, bool? Holds, string Seen);
