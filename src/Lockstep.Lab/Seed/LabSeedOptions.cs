namespace Lockstep.Lab.Seed;

/// <summary>How the seed makes its values.</summary>
public sealed record LabSeedOptions
{
    /// <summary>Text that every password and secret contains, so that a leak can be searched for.</summary>
    public string Canary { get; init; } = "";
}
