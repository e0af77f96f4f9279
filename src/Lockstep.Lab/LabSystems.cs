namespace Lockstep.Lab;

/// <summary>The systems that a lab can start.</summary>
[Flags]
public enum LabSystems
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The directory.</summary>
    OpenLdap = 1,

    /// <summary>The database.</summary>
    PostgreSql = 2,

    /// <summary>The cloud's identity and access management.</summary>
    Keystone = 4,

    /// <summary>The cloud's vault; it needs Keystone.</summary>
    Barbican = 8,

    /// <summary>The vault with leases; packed, not in Debian.</summary>
    OpenBao = 16,

    /// <summary>A host to log in to.</summary>
    OpenSsh = 32,

    /// <summary>The four systems of the first chain.</summary>
    Core = OpenLdap | PostgreSql | Keystone | Barbican,

    /// <summary>All six.</summary>
    All = Core | OpenBao | OpenSsh,
}
