namespace Lockstep.Lab.Payments;

/// <summary>What the payments service is told; its only secret stands in another file.</summary>
public sealed record PaymentsServiceFile
{
    /// <summary>Keystone's address with its version.</summary>
    public required string KeystoneUrl { get; init; }

    /// <summary>The application credential it logs in with.</summary>
    public required string ApplicationCredentialId { get; init; }

    /// <summary>File with that credential's secret.</summary>
    public required string SecretFile { get; init; }

    /// <summary>Reference of the container that holds the database password under the name <c>password</c>.</summary>
    public required string Container { get; init; }

    /// <summary>Host of the database.</summary>
    public required string Host { get; init; }

    /// <summary>Port of the database.</summary>
    public required int Port { get; init; }

    /// <summary>Name of the database.</summary>
    public required string Database { get; init; }

    /// <summary>The shared role it connects as.</summary>
    public required string Role { get; init; }

    /// <summary>Where it writes how it is doing.</summary>
    public required string StatusFile { get; init; }
}
