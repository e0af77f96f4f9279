using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>How to reach a directory and what to read in it.</summary>
public sealed record LdapSettings
{
    /// <summary>Gets the address: <c>ldap://host:389</c> or <c>ldaps://host:636</c>; the port may be left out.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// Gets a value indicating whether an <c>ldap://</c> connection is turned into a TLS one before the password is sent.
    /// </summary>
    public bool StartTls { get; init; }

    /// <summary>Gets a PEM file with the only authorities to trust, or <see langword="null"/> for those of the machine.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Gets the name below which everything is read, such as <c>dc=acme,dc=test</c>.</summary>
    public required string BaseDn { get; init; }

    /// <summary>Gets the name to bind with.</summary>
    public required string BindDn { get; init; }

    /// <summary>Gets where its password comes from.</summary>
    public required ISecretSource Password { get; init; }

    /// <summary>Gets how long each answer may take, 100 ms to 5 min; 10 s unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how many entries a page holds, 1 to 10,000; 500 unless set.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Gets the names below which every account belongs to a service, whatever its object class.</summary>
    public IReadOnlyList<string> ServiceBases { get; init; } = [];
}
