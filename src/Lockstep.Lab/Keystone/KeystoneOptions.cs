namespace Lockstep.Lab.Keystone;

/// <summary>How the lab's Keystone differs from the usual one.</summary>
public sealed record KeystoneOptions
{
    /// <summary>How long a token is good for when nothing cuts it.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(8);
}
