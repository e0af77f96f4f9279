namespace Lockstep.Secrets;

/// <summary>
/// Where a connector's own credential comes from. Implementations read an environment variable, a file or a command's output.
/// </summary>
public interface ISecretSource
{
    /// <summary>Reads the value anew, so that a rotated one is found without a restart; the caller disposes of it.</summary>
    /// <exception cref="IOException">It is not there or cannot be read; the message names the place, never the value.</exception>
    ValueTask<SecretText> ReadAsync(CancellationToken cancellationToken);
}
