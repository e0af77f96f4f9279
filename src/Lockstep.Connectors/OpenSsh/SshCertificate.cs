using System.Buffers;
using System.Globalization;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>A certificate that somebody logged in with.</summary>
/// <param name="Authority">Fingerprint of the authority that signed it.</param>
/// <param name="Serial">Its serial number; 0 if the authority numbers nothing.</param>
/// <param name="KeyId">What the authority says of it: chosen by the authority, and unique only if it is careful.</param>
/// <param name="KeyFingerprint">Fingerprint of the key that it is for.</param>
internal sealed record SshCertificate(string Authority, ulong Serial, string KeyId, string KeyFingerprint)
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Gets for whom a vault signed it: the name of the token that asked, from a key id of the form <c>vault-NAME-HASH</c>.
    /// </summary>
    public string? SignedFor
    {
        get
        {
            var end = KeyId.LastIndexOf('-');
            return KeyId.StartsWith("vault-", StringComparison.Ordinal) && end > 6 && KeyId.Length - end == 65
                && KeyId.AsSpan(end + 1).IndexOfAnyExcept(Hex) < 0 ? KeyId[6..end] : null;
        }
    }

    /// <summary>Gets what a list of revoked keys must say to refuse it.</summary>
    public string Specification => Serial == 0 ? $"id: {KeyId}" : string.Create(CultureInfo.InvariantCulture, $"serial: {Serial}");
}
