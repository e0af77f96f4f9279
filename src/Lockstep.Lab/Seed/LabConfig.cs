using System.Globalization;

namespace Lockstep.Lab.Seed;

/// <summary>Writes the product's configuration for a seeded lab, as a user would write it for their own systems.</summary>
public static class LabConfig
{
    /// <summary>Writes <c>lockstep.yaml</c> into the run's folder and returns its path.</summary>
    /// <param name="estate">The seeded estate.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="data">Lockstep's data folder.</param>
    /// <param name="port">Where Lockstep listens on loopback.</param>
    /// <param name="factsFolder">A folder with one folder of fact files per system that takes part, or <see langword="null"/>.</param>
    public static string Write(LabEstate estate, LabFolder folder, string data, int port, string? factsFolder = null)
    {
        var c = estate.Connections;
        var systems = factsFolder is null ? [] : Directory.GetDirectories(factsFolder).Order(StringComparer.Ordinal).ToArray();
        var facts = string.Concat(systems.Select(f => $"\n  {Path.GetFileName(f)}:\n    kind: facts\n    folder: {f}"));
        var matches = string.Concat(systems.Select(
            f => $"\n  - system: {Path.GetFileName(f)}\n    by: attribute\n    accountAttribute: employeeNumber"));
        var bao = c.OpenBao is { } b
            ? $"\n  openbao:\n    kind: openbao\n    canary: {LabSeed.Canary}\n    address: {b.Url}\n    token: {{ file: {b.TokenFile} }}"
                + $"\n    auditFile: {b.AuditFile}\n    auditDevice: {b.AuditDevice}\n    databases: {{ payments: postgresql }}" : "";
        var host = c.SshHost is { } h ? Host(h) : "";
        var hostMatch = c.SshHost is null ? "" : "\n  - system: host\n    by: attribute\n    accountAttribute: employeeNumber";
        var baoMatch = c.OpenBao is null ? "" : "\n  - system: openbao\n    by: attribute\n    accountAttribute: employeeNumber";
        return folder.Write("lockstep.yaml", string.Create(CultureInfo.InvariantCulture, $"""
            version: 1
            server:
              listen: 127.0.0.1:{port}
              data: {data}
            observe:
              every: 15s
              timeout: 60s
            authority: directory
            systems:
              directory:
                kind: ldap
                address: {c.LdapUrl}
                baseDn: {c.LdapBase}
                bindDn: {c.LdapBindDn}
                password: {"{"} file: {c.LdapPasswordFile} {"}"}
                serviceBases: ["ou=services,{c.LdapBase}"]
                canary: {LabSeed.Canary}
              keystone:
                kind: keystone
                address: {c.KeystoneUrl}
                user: {c.KeystoneUser}
                userDomain: acme
                project: {c.KeystoneProject}
                projectDomain: acme
                password: {"{"} file: {c.KeystonePasswordFile} {"}"}
                canary: {LabSeed.Canary}
              barbican:
                kind: barbican
                address: {c.BarbicanUrl}
                keystoneAddress: {c.KeystoneUrl}
                keystoneSystem: keystone
                user: {c.BarbicanUser}
                userDomain: acme
                projectDomain: acme
                password: {"{"} file: {c.BarbicanPasswordFile} {"}"}
                tokenCacheSeconds: {c.BarbicanTokenCacheTime}
                canary: keystone:{LabSeed.Canary}
              postgresql:
                kind: postgresql
                host: {c.PostgresHost}
                port: {c.PostgresPort}
                role: {c.PostgresUser}
                database: {c.PostgresDatabase}
                tls: off
                canary: {LabSeed.Canary}
                password: {"{"} file: {c.PostgresPasswordFile} {"}"}{bao}{host}{facts}
            match:
              - system: keystone
                by: attribute
                accountAttribute: mail
              - system: postgresql
                by: attribute
                accountAttribute: employeeNumber{baoMatch}{hostMatch}{matches}

            """));
    }
    private static string Host(SshConnection host)
    {
        var files = LabFolder.At(host.Folder);
        return string.Create(CultureInfo.InvariantCulture, $"""

              host:
                kind: openssh
                host: {host.Host}
                port: {host.Port}
                user: root
                identityFile: {host.IdentityFile}
                knownHosts: {files.PathOf("known_hosts")}
                configFile: {files.PathOf("sshd_config")}
                logFile: {files.PathOf("sshd.log")}
                sudoersFile: {files.PathOf("sudoers")}
                holders: directory
                canary: {host.Canary}
                canaryKey: {host.CanaryKey}
                certificateLifetime: 30m
            """);
    }
}
