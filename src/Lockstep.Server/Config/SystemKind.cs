using Lockstep.Connectors;
using Lockstep.Connectors.Ldap;

namespace Lockstep.Server.Config;

/// <summary>One kind of connected system: the keys of its configuration, and how its connector is made from them.</summary>
/// <param name="Word">What stands at <c>kind</c>.</param>
/// <param name="About">What it is, for the schema.</param>
/// <param name="Keys">Its own keys, besides those of every system.</param>
/// <param name="Connect">Makes the connector.</param>
internal sealed record SystemKind(
    string Word, string About, IReadOnlyList<ConfigKey> Keys, Func<string, ConfigValues, TimeProvider, IConnector> Connect)
{
    private static readonly ConfigKey Timeout = new("timeout", ConfigType.Duration, "how long one answer may take; 10s unless set");

    /// <summary>Gets the keys that every system may have.</summary>
    public static IReadOnlyList<ConfigKey> CommonKeys { get; } =
    [
        new("kind", ConfigType.Nested, "what kind of system it is") { IsRequired = true },
        new("fingerprint", ConfigType.Flag, "for a vault: read values to prove what they open, keeping only keyed fingerprints; true unless set"),
    ];

    /// <summary>Gets all kinds, in the order in which the schema lists them.</summary>
    public static IReadOnlyList<SystemKind> All { get; } =
    [
        new("ldap", "a directory: OpenLDAP, Active Directory", [
            new("address", ConfigType.Address, "`ldap://host:389` or `ldaps://host:636`") { IsRequired = true },
            new("baseDn", ConfigType.Text, "the name below which everything is read") { IsRequired = true },
            new("bindDn", ConfigType.Text, "the name to bind with") { IsRequired = true },
            new("password", ConfigType.Secret, "where the password of `bindDn` is") { IsRequired = true },
            new("startTls", ConfigType.Flag, "turn an `ldap://` connection into a TLS one before the password is sent; false unless set"),
            new("authorityFile", ConfigType.Path, "a PEM file with the only authorities to trust; those of the machine unless set"),
            new("serviceBases", ConfigType.TextList, "names below which every account belongs to a service"),
            new("pageSize", ConfigType.Number, "entries in a page, up to 10000; 500 unless set"),
            Timeout,
        ], (name, values, time) => LdapConnector.Create(name, Ldap(values), time)),
    ];

    private static LdapSettings Ldap(ConfigValues values) => new()
    {
        Address = values.Address("address"),
        BaseDn = values.Text("baseDn"),
        BindDn = values.Text("bindDn"),
        Password = values.Secret("password"),
        StartTls = values.Flag("startTls"),
        AuthorityFile = values.FindText("authorityFile"),
        ServiceBases = values.List("serviceBases"),
        PageSize = values.Number("pageSize") ?? 500,
        Timeout = values.Duration("timeout") ?? TimeSpan.FromSeconds(10),
    };
}
