using System.Globalization;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Lab.OpenLdap;

namespace Lockstep.Connectors.Tests.Ldap;

/// <summary>A directory for one test alone, whose access rules the test may change while it runs.</summary>
internal sealed class LdapOwnDirectory : IAsyncDisposable
{
    private readonly OpenLdapServer _server;

    private LdapOwnDirectory(OpenLdapServer server, LdapSubject subject) => (_server, Subject) = (server, subject);

    public LdapSubject Subject { get; }

    public OpenLdapServer Server => _server;

    public static async Task<LdapOwnDirectory> StartAsync(LabFixture lab)
    {
        await lab.OpenLdapAsync();
        var server = await OpenLdapServer.StartAsync(
            lab.Folder.Sub($"openldap-{Guid.NewGuid():N}"), servers: new() { Canary = LabFixture.Canary });
        return new(server, await LdapSubject.StartAsync(lab, server));
    }

    /// <summary>Puts an access rule before all others, as an administrator does: <c>to ... by ...</c>.</summary>
    public async Task PutRuleFirstAsync(string rule)
    {
        var (exitCode, output) = await OwnClient.RunAsync(
            "ldapmodify", ["-x", "-H", _server.Url, "-D", OpenLdapServer.ConfigDn, "-y", _server.AdminPasswordFile],
            $"dn: olcDatabase={{3}}mdb,cn=config\nchangetype: modify\nadd: olcAccess\nolcAccess: {{0}}{rule}\n\n");
        if (exitCode != 0)
        {
            throw new InvalidOperationException(output);
        }
    }

    /// <summary>Stays bound as a person.</summary>
    public HeldClient Searching(string name, params string[] options) => Searching(_server.Url, Subject, name, options);

    /// <inheritdoc cref="Searching(string, string[])"/>
    public static HeldClient Searching(string url, LdapSubject subject, string name, params string[] options) => HeldClient.Start(
        "ldapsearch",
        ["-x", "-o", "ldif-wrap=no", "-H", url, "-D", LdapSubject.DnOf(name), "-y", subject.PasswordFile(), "-b", OpenLdapServer.Suffix,
            .. options]);

    /// <summary>Stays bound as a person and searches by name whenever it is asked.</summary>
    public static HeldClient Finding(string url, LdapSubject subject, string name) =>
        Searching(url, subject, name, "-f", "-", "(cn=%s)", "1.1");

    /// <summary>Says how many entries the open connection finds by a name.</summary>
    public static async Task<int> CountAsync(HeldClient open, string name)
    {
        await open.SendAsync($"{name}\n");
        var line = await open.LineWithAsync("# numResponses: ");

        // The last response is the result itself.
        return int.Parse(line["# numResponses: ".Length..], CultureInfo.InvariantCulture) - 1;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
