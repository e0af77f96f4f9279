using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Secrets;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>
/// SCRAM-SHA-256 verifiers as PostgreSQL keeps them (RFC 5802, RFC 7677): made and checked without the server seeing the value.
/// </summary>
/// <remarks>
/// Values of printable ASCII are their own SASLprep form. Other values are used as the bytes they are, which is what PostgreSQL does
/// with those that SASLprep forbids; a value that SASLprep would change is not recognised.
/// </remarks>
internal static class ScramVerifier
{
    private const string Prefix = "SCRAM-SHA-256$";
    private const int Iterations = 4096;
    private const int IterationsMax = 1_000_000;

    /// <summary>Makes a verifier with a fresh salt.</summary>
    public static string Make(SecretText value)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var (stored, server) = Keys(value, salt, Iterations);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}");
    }

    /// <summary>
    /// Says whether the value is the one behind a stored verifier, SCRAM or the older md5 with the role's name; false for any other.
    /// </summary>
    public static bool Matches(string verifier, string roleName, SecretText value) => verifier.StartsWith(Prefix, StringComparison.Ordinal)
        ? MatchesScram(verifier[Prefix.Length..], value)
        : verifier.StartsWith("md5", StringComparison.Ordinal) && MatchesMd5(verifier[3..], roleName, value);

    private static bool MatchesScram(string rest, SecretText value)
    {
        if (rest.Split('$') is not [var first, var second] || first.Split(':') is not [var count, var salt]
            || second.Split(':') is not [var key, _]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
                || iterations is < 1 or > IterationsMax)
        {
            return false;
        }

        var (saltBytes, stored) = (new byte[salt.Length], new byte[key.Length]);
        return Convert.TryFromBase64String(salt, saltBytes, out var saltLength)
            && Convert.TryFromBase64String(key, stored, out var keyLength)
            && CryptographicOperations.FixedTimeEquals(
                Keys(value, saltBytes[..saltLength], iterations).Stored, stored.AsSpan(0, keyLength));
    }

    private static bool MatchesMd5(string hex, string roleName, SecretText value)
    {
        var salt = Encoding.UTF8.GetBytes(roleName);
        var digest = value.Reveal(clear => CryptographicOperations.HashData(HashAlgorithmName.MD5, [.. clear, .. salt]));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest)), Encoding.ASCII.GetBytes(hex));
    }

    private static (byte[] Stored, byte[] Server) Keys(SecretText value, byte[] salt, int iterations)
    {
        var salted = value.Reveal(clear => Rfc2898DeriveBytes.Pbkdf2(clear, salt, iterations, HashAlgorithmName.SHA256, 32));
        var client = HMACSHA256.HashData(salted, "Client Key"u8);
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        var stored = SHA256.HashData(client);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(client);
        return (stored, server);
    }
}
