using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>What outlives one step's cut, as the atlas says, and what of the case ends it.</summary>
/// <param name="Row">The row of the atlas.</param>
/// <param name="Until">Until when it goes on, where nothing ends it before.</param>
public sealed record PlannedSurvivor(string Row, SurvivalEnd Until)
{
    /// <summary>Gets a value indicating whether the cut itself sees to it, as its connector makes it.</summary>
    public bool IsEndedByItself { get; init; }

    /// <summary>
    /// Gets the other steps of the case (from 0) that end it, as far as what it runs through is known; empty if none does, and then it is
    /// residual access with the clock below.
    /// </summary>
    public IReadOnlyList<int> EndedBySteps { get; init; } = [];

    /// <summary>Gets the longest time for which an answer is reused on the chains through what is cut, for <see cref="SurvivalEnd.Cache"/>.</summary>
    public TimeSpan? CachedFor { get; init; }

    /// <summary>Gets when it expires (UTC), for <see cref="SurvivalEnd.Expiry"/>; <see langword="null"/> if that is not known.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets a value indicating whether a step of the case ends it.</summary>
    public bool IsEnded => IsEndedByItself || EndedBySteps.Count > 0;
}
