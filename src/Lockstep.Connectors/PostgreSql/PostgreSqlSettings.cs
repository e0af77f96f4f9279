using Lockstep.Secrets;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Whether and how the connection is encrypted.</summary>
public enum PostgreSqlTls
{
    /// <summary>Not; for loopback.</summary>
    Off,

    /// <summary>Encrypted, and the server's certificate and name are checked.</summary>
    VerifyFull,
}

/// <summary>How to reach a PostgreSQL cluster.</summary>
public sealed record PostgreSqlSettings
{
    /// <summary>Gets the host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Gets the TCP port; 5432 unless set.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>Gets the role to log in as.</summary>
    public required string Role { get; init; }

    /// <summary>Gets where its password comes from.</summary>
    public required ISecretSource Password { get; init; }

    /// <summary>Gets the database for everything that belongs to the whole cluster, and for probes; <c>postgres</c> unless set.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>Gets how the connection is protected; verified TLS unless set.</summary>
    public PostgreSqlTls Tls { get; init; } = PostgreSqlTls.VerifyFull;

    /// <summary>Gets a PEM file with the only authorities to trust, or <see langword="null"/> for those of the machine.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>
    /// Gets how long a connection and how long a statement may take, in whole seconds from 1 s to 5 min; 15 s unless set.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}
