using System.Globalization;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.OpenLdap;

/// <summary>
/// An OpenLDAP server of its own on loopback with the suffix <see cref="Suffix"/>, its organisational units and, unless asked
/// otherwise, a lockout policy. The online configuration is at <c>cn=config</c>, sessions at <c>cn=Monitor</c>, history at
/// <c>cn=accesslog</c>.
/// </summary>
public sealed class OpenLdapServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    private readonly ServerProcess _process;

    private OpenLdapServer(ServerProcess process, int port, SlapdFiles files) =>
        (_process, Port, TlsPort, AdminPassword, AdminPasswordFile, CertificateFile) =
            (process, port, files.TlsPort, files.AdminPassword, files.AdminPasswordFile, files.CertificateFile);

    /// <summary>The base of everything in this directory.</summary>
    public static string Suffix => "dc=acme,dc=test";

    /// <summary>The distinguished name of the directory's root.</summary>
    public static string AdminDn => $"cn=admin,{Suffix}";

    /// <summary>The root of the online configuration; it has the administrator's password.</summary>
    public static string ConfigDn => "cn=config";

    /// <summary>The name under which Lockstep itself may bind once it is seeded; the access rules name it.</summary>
    public static string ConnectorDn => $"uid=lockstep,ou=services,{Suffix}";

    /// <summary>TCP port on 127.0.0.1 for <c>ldap://</c>.</summary>
    public int Port { get; }

    /// <summary>TCP port for <c>ldaps://</c>; null where TLS was not asked for.</summary>
    public int? TlsPort { get; }

    /// <summary>The address for clients.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{Port}");

    /// <summary>The address with TLS; null where TLS was not asked for.</summary>
    public string? TlsUrl => TlsPort is { } port ? string.Create(CultureInfo.InvariantCulture, $"ldaps://127.0.0.1:{port}") : null;

    /// <summary>The certificate to trust for <see cref="TlsUrl"/> (PEM); null where TLS was not asked for.</summary>
    public string? CertificateFile { get; }

    /// <summary>The password of <see cref="AdminDn"/> and <see cref="ConfigDn"/>.</summary>
    public LabSecret AdminPassword { get; }

    /// <summary>A file (0600) with that password and nothing else, for <c>-y</c> of the clients.</summary>
    public string AdminPasswordFile { get; }

    /// <summary>Process id of slapd.</summary>
    public int ProcessId => _process.Id;

    /// <summary>
    /// Writes the configuration into <paramref name="folder"/>, loads the base entries and starts the server on a free port.
    /// </summary>
    public static async Task<OpenLdapServer> StartAsync(
        LabFolder folder, OpenLdapOptions? options = null, LabServerOptions? servers = null, CancellationToken cancellation = default)
    {
        if (!File.Exists(SlapdFiles.Program))
        {
            throw new LabException("LS8001", "OpenLDAP is not installed (packages slapd, ldap-utils)");
        }

        var files = await SlapdFiles.WriteAsync(folder, options ?? new OpenLdapOptions(), servers?.Canary ?? "", cancellation);
        var (process, port) = await ServerStart.RunAsync(
            "OpenLDAP",
            port => Task.FromResult(files.Command(port, servers?.Outlive ?? false)),
            AnswersAsync,
            StartLimit,
            cancellation);
        return new OpenLdapServer(process, port, files);
    }

    /// <summary>Applies changes in LDIF as the administrator, with the system's own client.</summary>
    public Task ModifyAsync(string ldif, CancellationToken cancellation = default) =>
        CommandRun.RunAsync("ldapmodify", ["-x", "-H", Url, "-D", AdminDn, "-y", AdminPasswordFile], ldif, cancellation: cancellation);

    /// <summary>Adds entries in LDIF as the administrator, with the system's own client.</summary>
    public Task AddAsync(string ldif, CancellationToken cancellation = default) =>
        CommandRun.RunAsync("ldapadd", ["-x", "-H", Url, "-D", AdminDn, "-y", AdminPasswordFile], ldif, cancellation: cancellation);

    /// <summary>Searches as the administrator with the system's own client; returns LDIF without line folding.</summary>
    public Task<string> SearchAsync(string filter, IReadOnlyList<string> attributes, CancellationToken cancellation = default) =>
        CommandRun.RunAsync(
            "ldapsearch",
            ["-x", "-LLL", "-o", "ldif-wrap=no", "-H", Url, "-D", AdminDn, "-y", AdminPasswordFile, "-b", Suffix, filter, .. attributes],
            cancellation: cancellation);

    /// <summary>Stops the server and waits until it is gone.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{port}");
        var answer = await CommandRun.TryAsync(
            "ldapsearch", ["-x", "-LLL", "-H", url, "-s", "base", "-b", "", "namingContexts"], cancellation: cancellation);
        return answer.Output.Contains(Suffix, StringComparison.Ordinal);
    }
}
