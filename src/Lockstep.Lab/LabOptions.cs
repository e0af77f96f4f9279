using Lockstep.Lab.Barbican;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenLdap;

namespace Lockstep.Lab;

/// <summary>Which systems a lab starts, and how.</summary>
public sealed record LabOptions
{
    /// <summary>The systems to start.</summary>
    public LabSystems Systems { get; init; } = LabSystems.Core;

    /// <summary>The run's folder; null makes a new one below the temporary folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the folder stays when the lab is stopped, to look at logs.</summary>
    public bool KeepFolder { get; init; }

    /// <summary>Where packed systems lie; null means the folder that <c>LOCKSTEP_LAB</c> names.</summary>
    public string? PackedSystems { get; init; }

    /// <summary>What holds for every server.</summary>
    public LabServerOptions Servers { get; init; } = new();

    /// <summary>The directory's own options.</summary>
    public OpenLdapOptions OpenLdap { get; init; } = new();

    /// <summary>Keystone's own options.</summary>
    public KeystoneOptions Keystone { get; init; } = new();

    /// <summary>Barbican's own options.</summary>
    public BarbicanOptions Barbican { get; init; } = new();
}
