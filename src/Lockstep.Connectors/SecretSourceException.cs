using Lockstep.Secrets;

namespace Lockstep.Connectors;

/// <summary>Our own password could not be had from its source.</summary>
internal sealed class SecretSourceException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>Reads a password; what the source throws becomes this exception, which connectors turn into a value.</summary>
    public static async Task<SecretText> ReadAsync(ISecretSource source, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(cancellation);
        }
        catch (IOException failure)
        {
            throw new SecretSourceException(failure.Message, failure);
        }
    }
}
