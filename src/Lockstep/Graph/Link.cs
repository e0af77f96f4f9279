namespace Lockstep.Graph;

/// <summary>One directed fact of the graph: access flows from <see cref="From"/> to <see cref="To"/>.</summary>
public sealed record Link
{
    /// <summary>Gets who or what gives access.</summary>
    public required NodeId From { get; init; }

    /// <summary>Gets what is given.</summary>
    public required NodeId To { get; init; }

    /// <summary>Gets the kind.</summary>
    public required LinkKind Kind { get; init; }

    /// <summary>
    /// Gets the action, for <see cref="LinkKind.Permits"/> only: the system's own word, such as <c>SELECT</c>; at most 128 characters.
    /// </summary>
    public string? Action { get; init; }

    /// <summary>Gets when it holds. Required, so that nobody creates standing access by forgetting a line.</summary>
    public required Validity Validity { get; init; }

    /// <summary>Gets how it is enforced.</summary>
    public required Enforcement Enforcement { get; init; }

    /// <summary>Gets the configured name of the connected system that says so (<c>lockstep</c> for what we derived).</summary>
    public required string Source { get; init; }

    /// <summary>Gets what the system answered, in a sentence fit for an auditor; never a secret value. At most 512 characters.</summary>
    public required string Evidence { get; init; }

    /// <summary>Gets a condition that only policy can decide, shown on the chain; <see langword="null"/> if there is none.</summary>
    public string? Condition { get; init; }

    /// <summary>Gets what makes this link this link, whatever its validity, enforcement and evidence.</summary>
    public LinkKey Key => new(Source, From, Kind, To, Action);
}

/// <summary>What identifies a link: one source says it at most once.</summary>
public sealed record LinkKey(string Source, NodeId From, LinkKind Kind, NodeId To, string? Action)
{
    /// <inheritdoc/>
    public override string ToString() => $"{From} {Kind.Word}{(Action is null ? string.Empty : $"[{Action}]")} {To} ({Source})";
}
