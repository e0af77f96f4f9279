using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenBao;

/// <summary>How one OpenBao (or HashiCorp Vault) is reached.</summary>
public sealed record OpenBaoSettings
{
    /// <summary>Gets the address without a version, such as <c>https://bao.acme.test:8200</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gets where our own token is.</summary>
    public required ISecretSource Token { get; init; }

    /// <summary>Gets the namespace that is looked at, or <see langword="null"/> for the root one.</summary>
    public string? Namespace { get; init; }

    /// <summary>Gets how long one call may take; more than zero. 30 s unless set.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many calls may run at the same time, 1 to 32. 4 unless set.</summary>
    public int Concurrency { get; init; } = 4;
}
