using System.Security.Cryptography;
using System.Text;
using Lockstep.Connectors;
using Lockstep.Secrets;

namespace Lockstep.Revocation;

/// <summary>Recognises a value that we generated ourselves, after a crash in which it was forgotten.</summary>
/// <remarks>
/// Only for values of <see cref="SecretText.Generate"/>: they are random beyond any guessing (233 bits), so that the digest gives nothing
/// away. Never for a value that a person may have chosen.
/// </remarks>
internal static class ValueDigest
{
    /// <summary>Computes the digest (hex) of a generated value for one step.</summary>
    public static string Of(SecretText generated, StepKey key)
    {
        var name = Encoding.UTF8.GetBytes($"lockstep rotation {key}");
        return Convert.ToHexStringLower(generated.Reveal(value => HMACSHA256.HashData(value, name)));
    }
}
