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

    /// <summary>Gets the log of a file audit device, read for who was given what; <see langword="null"/> if it is not to be read.</summary>
    public string? AuditFile { get; init; }

    /// <summary>Gets the name of that audit device, by which accessors are recognised in its log. <c>file</c> unless set.</summary>
    public string AuditDevice { get; init; } = "file";

    /// <summary>
    /// Gets in which configured system the users of a database connection are, by the connection's name. One that is not here is taken to be
    /// in the only system of the kind that its plugin serves.
    /// </summary>
    public IReadOnlyDictionary<string, string> Databases { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets how long one call may take; more than zero. 30 s unless set.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many calls may run at the same time, 1 to 32. 4 unless set.</summary>
    public int Concurrency { get; init; } = 4;
}
