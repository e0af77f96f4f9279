using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.OpenLdap;

/// <summary>slapd's configuration, base entries and key material in the run's folder.</summary>
internal sealed class SlapdFiles
{
    public const string Program = "/usr/sbin/slapd";

    private readonly LabFolder _folder;

    private SlapdFiles(LabFolder folder, LabSecret password, int? tlsPort) =>
        (_folder, AdminPassword, AdminPasswordFile, TlsPort) = (folder, password, folder.Write("admin.password", password), tlsPort);

    public LabSecret AdminPassword { get; }

    public string AdminPasswordFile { get; }

    public int? TlsPort { get; }

    public string? CertificateFile { get; private set; }

    public static async Task<SlapdFiles> WriteAsync(LabFolder folder, OpenLdapOptions options, string canary,
        CancellationToken cancellation)
    {
        var files = new SlapdFiles(folder, LabSecret.Generate(canary), options.Tls ? FreePort.Find() : null);
        folder.Sub("data");
        folder.Sub("log");
        if (options.Tls)
        {
            files.CertificateFile = LoopbackCertificate.Write(folder);
        }

        folder.Write("slapd.conf", SlapdConfiguration.Text(folder, options, HashOf(files.AdminPassword)));
        var ldif = folder.Write("base.ldif", SlapdConfiguration.BaseEntries(options));
        await CommandRun.RunAsync(
            "/usr/sbin/slapadd", ["-q", "-f", folder.PathOf("slapd.conf"), "-b", OpenLdapServer.Suffix, "-l", ldif],
                cancellation: cancellation);
        return files;
    }

    public ServerCommand Command(int port, bool outlive)
    {
        var urls = string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{port}");
        urls += TlsPort is { } tls ? string.Create(CultureInfo.InvariantCulture, $" ldaps://127.0.0.1:{tls}") : "";
        return new ServerCommand(Program, ["-h", urls, "-f", _folder.PathOf("slapd.conf"), "-d", "0"],
            _folder.PathOf("slapd.log")) { Outlive = outlive };
    }

    /// <summary>Salted SHA-512 in the form of the pw-sha2 module, so that no file but the password's own holds it in clear.</summary>
    public static string HashOf(LabSecret password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var digest = SHA512.HashData([.. Encoding.UTF8.GetBytes(password.Reveal()), .. salt]);
        return "{SSHA512}" + Convert.ToBase64String([.. digest, .. salt]);
    }
}
