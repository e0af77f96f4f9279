namespace Lockstep.Reconciliation.Findings;

/// <summary>Where the rules draw the line.</summary>
public sealed record FindingPolicy
{
    /// <summary>Gets the policy that holds unless another is configured.</summary>
    public static FindingPolicy Default { get; } = new();

    /// <summary>Gets how old a credential's value may be, 90 days unless configured.</summary>
    public TimeSpan CredentialAgeMax { get; init; } = TimeSpan.FromDays(90);
}
