using Lockstep.Secrets;

namespace Lockstep.Revocation;

/// <summary>The value that is being replaced, kept in memory across the attempts of one step so that it can be proven dead.</summary>
internal sealed class RotationMemory : IDisposable
{
    /// <summary>Gets the value, or <see langword="null"/> if this process never saw it.</summary>
    public SecretText? Old { get; private set; }

    /// <summary>Takes the first value seen; later ones are disposed of.</summary>
    public void Keep(SecretText value)
    {
        if (Old is null)
        {
            Old = value;
        }
        else
        {
            value.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Old?.Dispose();
}
