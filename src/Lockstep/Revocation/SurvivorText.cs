using System.Globalization;
using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>Says in words until when something outlives a step of a case, and what ends it.</summary>
public static class SurvivorText
{
    /// <summary>Says until when, with its clock where there is one.</summary>
    public static string Until(PlannedSurvivor survivor) => survivor switch
    {
        { CachedFor: { } longest } => string.Create(CultureInfo.InvariantCulture, $"a cache of {longest.TotalSeconds:0} s runs out"),
        { ExpiresAt: { } at } => string.Create(CultureInfo.InvariantCulture, $"{at:u}"),
        { Until: SurvivalEnd.Cache } => "a cache runs out",
        { Until: SurvivalEnd.Connection } => "the connection is ended",
        { Until: SurvivalEnd.Expiry } => "it expires",
        _ => "for ever",
    };

    /// <summary>Says what ends it: steps of the case by their numbers, or what a person can do.</summary>
    /// <param name="survivor">What outlives the step.</param>
    /// <param name="row">Its row, or <see langword="null"/> if the atlas no longer has it.</param>
    public static string EndedBy(PlannedSurvivor survivor, SurvivalRow? row) => survivor switch
    {
        { IsEndedByItself: true } => "the step itself",
        { EndedBySteps: [_, ..] steps } => $"step {string.Join(", ", steps.Select(s => s.ToString(CultureInfo.InvariantCulture)))}",
        _ => row?.EndedBy ?? "nothing that is known",
    };
}
