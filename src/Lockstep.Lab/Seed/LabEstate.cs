namespace Lockstep.Lab.Seed;

/// <summary>
/// What the seed made: everything a test or the demo needs to know about the small company, and nothing secret in the open.
/// </summary>
public sealed record LabEstate
{
    /// <summary>How Lockstep reaches the systems.</summary>
    public required LabConnections Connections { get; init; }

    /// <summary>Keystone and Barbican, by id.</summary>
    public required CloudEstate Cloud { get; init; }

    /// <summary>Part of every password and secret of this lab.</summary>
    public required string Canary { get; init; }

    /// <summary>The configuration file (0600) of the payments service, for <c>lab payments-service</c>.</summary>
    public required string PaymentsServiceFile { get; init; }

    /// <summary>Where the payments service writes how it is doing.</summary>
    public required string PaymentsStatusFile { get; init; }

    /// <summary>The certificate's serial number of the leaver at the SSH host, in decimal; empty where there is no host.</summary>
    public string LeaverCertificateSerial { get; init; } = "";

    /// <summary>What people hold themselves; for the adversary only, never for Lockstep.</summary>
    internal LabHoldings Holdings { get; init; } = new();
}

/// <summary>Passwords and other credentials as their holders have them.</summary>
internal sealed record LabHoldings
{
    public IReadOnlyDictionary<string, LabSecret> Directory { get; init; } = new Dictionary<string, LabSecret>();

    public IReadOnlyDictionary<string, LabSecret> Keystone { get; init; } = new Dictionary<string, LabSecret>();

    public IReadOnlyDictionary<string, LabSecret> ApplicationCredentials { get; init; } = new Dictionary<string, LabSecret>();

    public IReadOnlyDictionary<string, LabSecret> Database { get; init; } = new Dictionary<string, LabSecret>();

    public IReadOnlyDictionary<string, LabSecret> Bao { get; init; } = new Dictionary<string, LabSecret>();

    public string AppRoleId { get; init; } = "";

    public LabSecret? AppRoleSecretId { get; init; }

    /// <summary>The leaver's private key for the host; its certificate lies beside it as <c>KEY-cert.pub</c>.</summary>
    public string SshKeyFile { get; init; } = "";

    /// <summary>A second private key of the leaver, which the host lists among its authorized keys.</summary>
    public string SshPlainKeyFile { get; init; } = "";
}
