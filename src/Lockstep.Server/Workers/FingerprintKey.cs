using System.Security.Cryptography;
using Lockstep.Secrets;

namespace Lockstep.Server.Workers;

/// <summary>The key of secret fingerprints: equal values have equal fingerprints here, and mean nothing anywhere else.</summary>
internal sealed class FingerprintKey
{
    private const int FingerprintBytes = 16;
    private readonly byte[] _key;

    private FingerprintKey(byte[] key) => _key = key;

    /// <summary>Reads the key file of a data folder, or makes one that only its owner can read.</summary>
    public static FingerprintKey Open(string folder)
    {
        var path = Path.Combine(folder, "fingerprint.key");
        if (!File.Exists(path))
        {
            OwnerFile.Write(path, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        }

        return new(Convert.FromHexString(File.ReadAllText(path).Trim()));
    }

    /// <summary>Gives the fingerprint of a value: 128 bits of HMAC-SHA-256, in hexadecimal.</summary>
    public string Of(SecretText value) =>
        value.Reveal(bytes => Convert.ToHexStringLower(HMACSHA256.HashData(_key, bytes).AsSpan(..FingerprintBytes)));
}
