using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>How soon somebody should act.</summary>
public enum FindingSeverity
{
    /// <summary>When there is time.</summary>
    Low,

    /// <summary>This month.</summary>
    Medium,

    /// <summary>This week: access that nobody should have.</summary>
    High,

    /// <summary>Now: access that somebody who left can use.</summary>
    Critical,
}

/// <summary>A condition worth a person's attention.</summary>
public sealed record Finding
{
    /// <summary>
    /// Gets the stable name: the kind and what it is about. The same condition has the same id in every version of the estate.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>Gets the kind, a heading of docs/reference/findings.md.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets how soon somebody should act.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>Gets what it is about.</summary>
    public required NodeId Subject { get; init; }

    /// <summary>Gets what is the matter, in one sentence without secrets.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the identity that has to answer for the subject, or <see langword="null"/> if there is none.</summary>
    public required NodeId? Owner { get; init; }

    /// <summary>Gets the links that show it; empty where something missing is the finding.</summary>
    public required IReadOnlyList<Link> Evidence { get; init; }

    /// <summary>Gets what to do, in one sentence.</summary>
    public required string Remedy { get; init; }

    /// <summary>Gets the controls that it touches, by framework (a key of the control map) their ids.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Controls { get; init; }

    /// <summary>Gets since when it has been there (UTC), or <see langword="null"/> if it is new.</summary>
    public required DateTimeOffset? SinceAt { get; init; }
}
