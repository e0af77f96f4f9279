using Lockstep.Connectors;

namespace Lockstep.Server.Config;

/// <summary>One kind of connected system: the keys of its configuration, and how its connector is made from them.</summary>
/// <param name="Word">What stands at <c>kind</c>.</param>
/// <param name="About">What it is, for the schema.</param>
/// <param name="Keys">Its own keys, besides those of every system.</param>
/// <param name="Connect">Makes the connector.</param>
internal sealed record SystemKind(
    string Word, string About, IReadOnlyList<ConfigKey> Keys, Func<string, ConfigValues, TimeProvider, IConnector> Connect)
{
    /// <summary>Gets the keys that every system may have.</summary>
    public static IReadOnlyList<ConfigKey> CommonKeys { get; } =
    [
        new("kind", ConfigType.Nested, "what kind of system it is") { IsRequired = true },
        new("fingerprint", ConfigType.Flag,
            "for a vault: read values to prove what they open, keeping only keyed fingerprints; true unless set"),
        new("canary", ConfigType.Text,
            "our own account that is cut to measure how long this system lets in after a cut: its log-in name here, or `system:name`"),
        new("canaryEvery", ConfigType.Duration, "how often; 1h unless set, from a minute to a week"),
    ];

    /// <summary>Gets all kinds, in the order in which the schema lists them.</summary>
    public static IReadOnlyList<SystemKind> All { get; } =
        [SystemKinds.Ldap, SystemKinds.Keystone, SystemKinds.Barbican, SystemKinds.OpenBao,
            SystemKinds.OpenSsh, SystemKinds.PostgreSql, SystemKinds.Facts];
}
