using System.Collections.Frozen;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Partial;

/// <summary>A request of which some parts are not known, or only by type.</summary>
public sealed record PartialRequest
{
    /// <summary>Gets who asks, or <see langword="null"/> when not known.</summary>
    public required EntityUid? Principal { get; init; }

    /// <summary>Gets what is asked for, or <see langword="null"/> when not known.</summary>
    public required EntityUid? Action { get; init; }

    /// <summary>Gets on what, or <see langword="null"/> when not known.</summary>
    public required EntityUid? Resource { get; init; }

    /// <summary>Gets the circumstances, or <see langword="null"/> when not known.</summary>
    public required CedarRecord? Context { get; init; }

    /// <summary>Gets the type of a principal that is not known, or <see langword="null"/>.</summary>
    public string? PrincipalType { get; init; }

    /// <summary>Gets the type of a resource that is not known, or <see langword="null"/>.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Gets names of attributes that cannot be told before everything else is known; none unless set.</summary>
    public IReadOnlySet<string> UnknownAttributes { get; init; } = FrozenSet<string>.Empty;
}
