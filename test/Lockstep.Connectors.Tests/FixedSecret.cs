using Lockstep.Secrets;

namespace Lockstep.Connectors.Tests;

/// <summary>A credential of the lab, handed to a connector.</summary>
internal sealed class FixedSecret(string value) : ISecretSource
{
    public ValueTask<SecretText> ReadAsync(CancellationToken cancellationToken) => new(SecretText.FromString(value));
}
