using System.Security.Cryptography;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>
/// Checks a value against a stored <c>userPassword</c> of the RFC 3112 kind: clear, or {SHA}, {SSHA} and their SHA-2 kin.
/// </summary>
internal static class PasswordHash
{
    /// <summary>Says whether the value is the stored one; false for schemes that are not known ({CRYPT}, {ARGON2}, {SASL}).</summary>
    public static bool Matches(string stored, SecretText value)
    {
        var close = stored.IndexOf('}', StringComparison.Ordinal);
        if (!stored.StartsWith('{') || close < 0)
        {
            return value.Matches(System.Text.Encoding.UTF8.GetBytes(stored));
        }

        HashAlgorithmName? algorithm = stored[1..close].ToUpperInvariant() switch
        {
            "SHA" or "SSHA" => HashAlgorithmName.SHA1,
            "SHA256" or "SSHA256" => HashAlgorithmName.SHA256,
            "SHA384" or "SSHA384" => HashAlgorithmName.SHA384,
            "SHA512" or "SSHA512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        return algorithm is { } known && Matches(known, stored[(close + 1)..], value);
    }

    private static bool Matches(HashAlgorithmName algorithm, string encoded, SecretText value)
    {
        var length = algorithm == HashAlgorithmName.SHA1 ? 20 : algorithm == HashAlgorithmName.SHA256 ? 32
            : algorithm == HashAlgorithmName.SHA384 ? 48 : 64;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var written) || written < length)
        {
            return false;
        }

        var (digest, salt) = (bytes[..length], bytes[length..written]);
        return value.Reveal(clear => CryptographicOperations.FixedTimeEquals(
            CryptographicOperations.HashData(algorithm, [.. clear, .. salt]), digest));
    }
}
