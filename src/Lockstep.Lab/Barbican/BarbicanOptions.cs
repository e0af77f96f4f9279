namespace Lockstep.Lab.Barbican;

/// <summary>How the lab's Barbican differs from the usual one.</summary>
public sealed record BarbicanOptions
{
    /// <summary>
    /// How long, in seconds, Barbican goes on accepting a token that Keystone has revoked. The server's own default is 300;
    /// -1 switches the cache off; 0 does not (it never asks again).
    /// </summary>
    public int TokenCacheTime { get; init; } = 20;
}
