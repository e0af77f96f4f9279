namespace Lockstep.Lab.Seed;

/// <summary>How Lockstep itself reaches the lab: addresses, names, and files (0600) that hold one password each and nothing else.</summary>
public sealed record LabConnections
{
    /// <summary><c>ldap://127.0.0.1:PORT</c>.</summary>
    public required string LdapUrl { get; init; }

    /// <summary>The base of the directory.</summary>
    public required string LdapBase { get; init; }

    /// <summary>The name that Lockstep binds as.</summary>
    public required string LdapBindDn { get; init; }

    /// <summary>File with that name's password.</summary>
    public required string LdapPasswordFile { get; init; }

    /// <summary><c>http://127.0.0.1:PORT/v3</c>.</summary>
    public required string KeystoneUrl { get; init; }

    /// <summary>The domain (id) of Lockstep's own users and of the company.</summary>
    public required string KeystoneDomainId { get; init; }

    /// <summary>
    /// The user that lists and cuts in Keystone: reader of the system, and administrator of <see cref="KeystoneProject"/>.
    /// </summary>
    public required string KeystoneUser { get; init; }

    /// <summary>File with that user's password.</summary>
    public required string KeystonePasswordFile { get; init; }

    /// <summary>The project (name) to scope to for a cut; to list, scope to the system.</summary>
    public required string KeystoneProject { get; init; }

    /// <summary><c>http://127.0.0.1:PORT</c>, without a version.</summary>
    public required string BarbicanUrl { get; init; }

    /// <summary>The user (of Keystone) that lists and cuts in Barbican.</summary>
    public required string BarbicanUser { get; init; }

    /// <summary>File with that user's password.</summary>
    public required string BarbicanPasswordFile { get; init; }

    /// <summary>The projects (names) whose secrets it may list; Barbican shows one project at a time.</summary>
    public required IReadOnlyList<string> BarbicanProjects { get; init; }

    /// <summary>Seconds for which Barbican goes on accepting a revoked token, as configured.</summary>
    public required int BarbicanTokenCacheTime { get; init; }

    /// <summary>Host of PostgreSQL.</summary>
    public required string PostgresHost { get; init; }

    /// <summary>Port of PostgreSQL.</summary>
    public required int PostgresPort { get; init; }

    /// <summary>The database with the company's tables.</summary>
    public required string PostgresDatabase { get; init; }

    /// <summary>The role that Lockstep logs in as.</summary>
    public required string PostgresUser { get; init; }

    /// <summary>File with that role's password.</summary>
    public required string PostgresPasswordFile { get; init; }

    /// <summary>How to reach OpenBao; null where it is not part of this lab.</summary>
    public BaoConnection? OpenBao { get; init; }

    /// <summary>How to reach the SSH host; null where it is not part of this lab.</summary>
    public SshConnection? SshHost { get; init; }
}

/// <summary>How Lockstep reaches OpenBao.</summary>
/// <param name="Url">Address without a version.</param>
/// <param name="TokenFile">File (0600) with Lockstep's own token: periodic, without a parent, with the rights to list and to cut.</param>
/// <param name="AuditFile">The audit device's log, for the history of reads.</param>
/// <param name="AuditDevice">The audit device's name, for hashing what is looked for in the log.</param>
public sealed record BaoConnection(string Url, string TokenFile, string AuditFile, string AuditDevice);

/// <summary>How Lockstep reaches the host, and where the files of its sshd and sudo are.</summary>
/// <param name="Host">Address.</param>
/// <param name="Port">Port.</param>
/// <param name="User">The Unix user that people log in as.</param>
/// <param name="Folder">The folder with <c>sshd_config</c>, <c>principals</c>, <c>authorized_keys</c>, <c>krl</c>, <c>sudoers</c> and
/// <c>sshd.log</c>.</param>
/// <param name="ListenerProcessId">Process id of the listener; sessions are its children.</param>
/// <param name="IdentityFile">Lockstep's own private key, which logs in as root.</param>
/// <param name="Canary">The account for measuring cuts.</param>
/// <param name="CanaryKey">That account's private key.</param>
public sealed record SshConnection(
    string Host, int Port, string User, string Folder, int ListenerProcessId, string IdentityFile, string Canary, string CanaryKey);
