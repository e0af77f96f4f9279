using Lockstep.Connectors.Barbican;
using Lockstep.Connectors.FactFiles;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Ldap;
using Lockstep.Connectors.OpenBao;
using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.PostgreSql;

namespace Lockstep.Server.Config;

/// <summary>The kinds of connected system, a member each.</summary>
internal static class SystemKinds
{
    private static readonly ConfigKey Timeout = new("timeout", ConfigType.Duration, "how long one answer may take, up to 5m");

    private static readonly IReadOnlyList<ConfigKey> KeystoneLoginKeys =
    [
        new("user", ConfigType.Text, "the user to log in as; leave it out for an application credential"),
        new("userDomain", ConfigType.Text, "the name of that user's domain; Default unless set"),
        new("project", ConfigType.Text, "the name of the project to log in to"),
        new("projectDomain", ConfigType.Text, "the name of that project's domain; Default unless set"),
        new("systemScope", ConfigType.Flag, "log in to the whole system instead of a project; false unless set"),
        new("applicationCredential", ConfigType.Text, "the id of an application credential to log in with, instead of a user"),
        new("password", ConfigType.Secret, "where the user's password or the application credential's secret is") { IsRequired = true },
        new("concurrency", ConfigType.Number, "calls at the same time, up to 32; 4 unless set") { Max = 32 },
        new("tokenLifetime", ConfigType.Duration, "how long a token of this cloud is valid; 1h unless set"),
        Timeout,
    ];

    internal static SystemKind Ldap { get; } = new("ldap", "a directory: OpenLDAP, Active Directory", [
        new("address", ConfigType.Address, "`ldap://host:389` or `ldaps://host:636`") { IsRequired = true, Schemes = ["ldap", "ldaps"] },
        new("baseDn", ConfigType.Text, "the name below which everything is read") { IsRequired = true },
        new("bindDn", ConfigType.Text, "the name to bind with") { IsRequired = true },
        new("password", ConfigType.Secret, "where the password of `bindDn` is") { IsRequired = true },
        new("startTls", ConfigType.Flag, "turn an `ldap://` connection into a TLS one before the password is sent; false unless set"),
        new("authorityFile", ConfigType.Path, "a PEM file with the only authorities to trust; those of the machine unless set"),
        new("serviceBases", ConfigType.TextList, "names below which every account belongs to a service"),
        new("pageSize", ConfigType.Number, "entries in a page, up to 10000; 500 unless set") { Max = 10_000 },
        Timeout,
    ], (name, values, time) => LdapConnector.Create(name, LdapOf(values), time));

    internal static SystemKind Keystone { get; } = new("keystone", "OpenStack Keystone: users, projects, application credentials", [
        new("address", ConfigType.Address, "the identity API with its version, such as `https://keystone:5000/v3`")
        {
            IsRequired = true, Schemes = ["http", "https"],
        },
        new("adminRoles", ConfigType.TextList, "the roles that administer the cloud; [admin] unless set"),
        .. KeystoneLoginKeys,
    ], (name, values, time) => KeystoneConnector.Create(name, KeystoneOf(values), handler: null, time));

    internal static SystemKind Barbican { get; } = new("barbican", "OpenStack Barbican: secrets, and who can read them", [
        new("address", ConfigType.Address, "the address without a version, such as `https://barbican:9311`") { IsRequired = true, Schemes =
            ["http", "https"] },
        new("keystoneAddress", ConfigType.Address, "the Keystone that it trusts, with its version") { IsRequired = true, Schemes =
            ["http", "https"] },
        new("keystoneSystem", ConfigType.Text, "the configured name of that Keystone") { IsRequired = true },
        new("payloadRoles", ConfigType.TextList,
            "the roles whose holders may read a secret of their project; [creator, observer, admin] unless set"),
        new("tokenCacheSeconds", ConfigType.Integer, "Barbican's own `token_cache_time`: -1 is no cache; 300 unless set"),
        new("mayCloseProjectAccess", ConfigType.Flag,
            "whether a role may be cut from a secret by closing the secret to its project; false unless set"),
        .. KeystoneLoginKeys,
    ], (name, values, time) => BarbicanConnector.Create(name, BarbicanOf(values), handler: null, time));

    internal static SystemKind OpenBao { get; } = new("openbao", "OpenBao or HashiCorp Vault: entities, policies, tokens, leases, secrets", [
        new("address", ConfigType.Address, "the address without a version, such as `https://bao:8200`")
        {
            IsRequired = true, Schemes = ["http", "https"],
        },
        new("token", ConfigType.Secret, "where our own token is") { IsRequired = true },
        new("namespace", ConfigType.Text, "the namespace to look at; the root one unless set"),
        new("auditFile", ConfigType.Path, "the log of a file audit device, read for who was given which lease, token, certificate and value"),
        new("auditDevice", ConfigType.Text, "the name of that device; `file` unless set"),
        new("databases", ConfigType.TextMap,
            "from a database connection of OpenBao to the configured system that has its users; the only system of its kind unless set"),
        new("concurrency", ConfigType.Number, "calls at the same time, up to 32; 4 unless set") { Max = 32 },
        Timeout,
    ], (name, values, time) => OpenBaoConnector.Create(name, OpenBaoOf(values), handler: null, time));

    internal static SystemKind OpenSsh { get; } = new("openssh", "a host with OpenSSH and sudo", [
        new("host", ConfigType.Text, "the host's name or address; leave it out for the host that Lockstep runs on"),
        new("port", ConfigType.Number, "the port of its sshd; 22 unless set") { Max = 65_535 },
        new("user", ConfigType.Text, "the account to log in as; lockstep unless set"),
        new("identityFile", ConfigType.Path, "the file with our private key, which only the ssh client reads"),
        new("knownHosts", ConfigType.Path, "the file with the host's key; a host that is not in it is not talked to"),
        new("hostKeyAlias", ConfigType.Text, "the name under which the host stands in `knownHosts`; its own unless set"),
        new("sudo", ConfigType.Flag, "run what needs root through `sudo -n`; false unless set"),
        new("configFile", ConfigType.Text, "the configuration of its sshd; /etc/ssh/sshd_config unless set"),
        new("logFile", ConfigType.Text, "the log that its sshd writes; /var/log/auth.log unless set"),
        new("sudoersFile", ConfigType.Text, "its sudo rules; /etc/sudoers unless set"),
        new("holders", ConfigType.Text, "the system whose accounts the comments of keys name, as in `employeeNumber=E1004`"),
        new("canaryKey", ConfigType.Path, "the file with the private key of the account that `canary` names"),
        new("certificateLifetime", ConfigType.Duration, "the longest time for which a trusted authority signs; not known unless set"),
        Timeout,
    ], (name, values, time) => OpenSshConnector.Create(name, OpenSshOf(values), time));

    internal static SystemKind PostgreSql { get; } = new("postgresql", "a PostgreSQL server", [
        new("host", ConfigType.Text, "the server's host name or address") { IsRequired = true },
        new("port", ConfigType.Number, "its port; 5432 unless set") { Max = 65_535 },
        new("role", ConfigType.Text, "the role to log in as") { IsRequired = true },
        new("password", ConfigType.Secret, "where that role's password is") { IsRequired = true },
        new("database", ConfigType.Text, "the database to log in to; postgres unless set"),
        new("tls", ConfigType.Text, "how TLS is used; `verifyFull` unless set") { Choices =
            [.. Enum.GetNames<PostgreSqlTls>().Select(Small)] },
        new("authorityFile", ConfigType.Path, "a PEM file with the only authorities to trust; those of the machine unless set"),
        Timeout,
    ], (name, values, time) => PostgreSqlConnector.Create(name, PostgreSqlOf(values), time));

    internal static SystemKind Facts { get; } = new("facts", "a folder of JSON-lines files with facts: any system without a connector", [
        new("folder", ConfigType.Path, "the folder; its files are read in the order of their names") { IsRequired = true },
    ], (name, values, _) => new FactsConnector(new FactsSettings(name, values.Text("folder"))));

    private static LdapSettings LdapOf(ConfigValues values) => new()
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

    private static KeystoneSettings KeystoneOf(ConfigValues values) => new()
    {
        Address = values.Address("address"),
        Login = LoginOf(values),
        AdminRoles = values.List("adminRoles") is { Count: > 0 } roles ? roles : ["admin"],
        Concurrency = values.Number("concurrency") ?? 4,
        TokenLifetime = values.Duration("tokenLifetime") ?? TimeSpan.FromHours(1),
        RequestTimeout = values.Duration("timeout") ?? TimeSpan.FromSeconds(30),
    };

    private static BarbicanSettings BarbicanOf(ConfigValues values) => new()
    {
        Address = values.Address("address"),
        KeystoneAddress = values.Address("keystoneAddress"),
        KeystoneSystem = values.Text("keystoneSystem"),
        Login = LoginOf(values),
        PayloadRoles = values.List("payloadRoles") is { Count: > 0 } roles ? roles : ["creator", "observer", "admin"],
        TokenCacheSeconds = values.Number("tokenCacheSeconds") ?? 300,
        TokenLifetime = values.Duration("tokenLifetime") ?? TimeSpan.FromHours(1),
        RequestTimeout = values.Duration("timeout") ?? TimeSpan.FromSeconds(30),
        Concurrency = values.Number("concurrency") ?? 4,
        MayCloseProjectAccess = values.Flag("mayCloseProjectAccess"),
    };

    private static OpenBaoSettings OpenBaoOf(ConfigValues values) => new()
    {
        Address = values.Address("address"),
        Token = values.Secret("token"),
        Namespace = values.FindText("namespace"),
        AuditFile = values.FindText("auditFile"),
        AuditDevice = values.FindText("auditDevice") ?? "file",
        Databases = values.Map("databases"),
        Concurrency = values.Number("concurrency") ?? 4,
        RequestTimeout = values.Duration("timeout") ?? TimeSpan.FromSeconds(30),
    };

    private static OpenSshSettings OpenSshOf(ConfigValues values) => new()
    {
        Host = values.FindText("host"),
        Port = values.Number("port") ?? 22,
        User = values.FindText("user") ?? "lockstep",
        IdentityFile = values.FindText("identityFile"),
        KnownHosts = values.FindText("knownHosts"),
        HostKeyAlias = values.FindText("hostKeyAlias"),
        Sudo = values.Flag("sudo"),
        ConfigFile = values.FindText("configFile") ?? "/etc/ssh/sshd_config",
        LogFile = values.FindText("logFile") ?? "/var/log/auth.log",
        SudoersFile = values.FindText("sudoersFile") ?? "/etc/sudoers",
        Holders = values.FindText("holders"),
        CanaryKey = values.FindText("canaryKey"),
        CertificateLifetime = values.Duration("certificateLifetime"),
        Timeout = values.Duration("timeout") ?? TimeSpan.FromSeconds(15),
    };

    private static KeystoneLogin LoginOf(ConfigValues values) => values.FindText("applicationCredential") is { } id
        ? new KeystoneLogin.ApplicationCredential(id) { Secret = values.Secret("password") }
        : new KeystoneLogin.Password(values.Text("user"), values.FindText("userDomain") ?? "Default")
        {
            Secret = values.Secret("password"),
            ProjectName = values.FindText("project"),
            ProjectDomainName = values.FindText("projectDomain") ?? "Default",
            SystemScope = values.Flag("systemScope"),
        };

    private static PostgreSqlSettings PostgreSqlOf(ConfigValues values) => new()
    {
        Host = values.Text("host"),
        Port = values.Number("port") ?? 5432,
        Role = values.Text("role"),
        Password = values.Secret("password"),
        Database = values.FindText("database") ?? "postgres",
        Tls = values.FindText("tls") is { } tls ? Enum.Parse<PostgreSqlTls>(tls, ignoreCase: true) : PostgreSqlTls.VerifyFull,
        AuthorityFile = values.FindText("authorityFile"),
        Timeout = values.Duration("timeout") ?? TimeSpan.FromSeconds(15),
    };

    private static string Small(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
