using System.Security.Cryptography;

namespace Lockstep.Lab;

/// <summary>A password, token or key of the lab; prints as stars so that no log or test output shows it by accident.</summary>
public sealed class LabSecret(string value)
{
    private readonly string _value = value;

    /// <summary>
    /// Makes a fresh value of 128 random bits; <paramref name="canary"/> is part of it so that leaks can be searched for.
    /// </summary>
    public static LabSecret Generate(string canary = "") =>
        new(canary + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The value itself, for the system's own client.</summary>
    public string Reveal() => _value;

    /// <summary>Whether both hold the same value.</summary>
    public bool IsSameAs(LabSecret other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => "***";
}
