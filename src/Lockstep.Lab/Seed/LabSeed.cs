using System.Text.Json;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenLdap;
using Lockstep.Lab.Payments;

namespace Lockstep.Lab.Seed;

/// <summary>Fills a started lab with the small company.</summary>
public static class LabSeed
{
    /// <summary>The log-in name of Lockstep's own account for measuring cuts, in each system that can have one.</summary>
    public const string Canary = "lockstep-canary";

    /// <summary>
    /// Seeds the four core systems, the directory and the database at the same time as the cloud. Needs them all started.
    /// </summary>
    public static async Task<LabEstate> RunAsync(LabServers lab, LabSeedOptions? options = null, CancellationToken cancellation = default)
    {
        var (directory, database, keystone, barbican) = (lab.OpenLdap, lab.PostgreSql, lab.Keystone, lab.Barbican);
        if (directory is null || database is null || keystone is null || barbican is null)
        {
            throw new LabException("LS8005", "the seed needs OpenLDAP, PostgreSQL, Keystone and Barbican started");
        }

        var canary = (options ?? new LabSeedOptions()).Canary;
        using var admin = await KeystoneAdmin.OpenAsync(keystone, cancellation);
        var cloud = new KeystoneSeed(keystone, admin, canary);
        var directorySeed = DirectorySeed.RunAsync(directory, canary, cancellation);
        var databaseSeed = DatabaseSeed.RunAsync(database, canary, cancellation);
        await Task.WhenAll(directorySeed, databaseSeed, cloud.RunAsync());
        var vault = new VaultSeed(keystone, barbican, cloud);
        await vault.RunAsync(await databaseSeed, canary);
        var bao = lab.OpenBao is { } server ? new BaoSeed(server, database, canary) : null;
        var host = lab.SshHost is { } ssh ? new HostSeed(ssh, lab.Folder.Sub("ssh-keys")) : null;
        await (bao?.RunAsync() ?? Task.CompletedTask);
        await (host?.RunAsync(lab.OpenBao, bao) ?? Task.CompletedTask);
        var holdings = new LabHoldings
        {
            Bao = bao?.Passwords ?? [], AppRoleId = bao?.RoleIds["ci-deploy"] ?? "",
                AppRoleSecretId = bao?.SecretIds["ci-deploy/build-server"],
            SshKeyFile = host?.KeyFile ?? "", SshPlainKeyFile = host?.PlainKeyFile ?? "",
            Directory = await directorySeed, Keystone = cloud.Passwords, Database = await databaseSeed,
            ApplicationCredentials = cloud.ApplicationCredentialSecrets,
        };
        if (bao is not null)
        {
            lab.Folder.Sub("credentials").Write("openbao.token", bao.ConnectorToken);
            lab.Folder.Sub("ci").Write("secret-id", bao.SecretIds["ci-deploy/build-server"]);
        }

        return Describe(lab, cloud, vault, holdings, canary) with { LeaverCertificateSerial = host?.Serial ?? "" };
    }

    private static LabEstate Describe(LabServers lab, KeystoneSeed cloud, VaultSeed vault, LabHoldings holdings, string canary)
    {
        var credentials = lab.Folder.Sub("credentials");
        var connections = new LabConnections
        {
            LdapUrl = lab.OpenLdap!.Url, LdapBase = OpenLdapServer.Suffix, LdapBindDn = OpenLdapServer.ConnectorDn,
            LdapPasswordFile = credentials.Write("ldap.password", holdings.Directory["lockstep"]),
            KeystoneUrl = lab.Keystone!.Url, KeystoneDomainId = cloud.DomainId, KeystoneUser = "lockstep", KeystoneProject = "lockstep",
            KeystonePasswordFile = credentials.Write("keystone.password", holdings.Keystone["lockstep"]),
            BarbicanUrl = lab.Barbican!.Url, BarbicanUser = "lockstep-vault", BarbicanProjects = ["payments", "analytics"],
            BarbicanPasswordFile = credentials.Write("barbican.password", holdings.Keystone["lockstep-vault"]),
            BarbicanTokenCacheTime = lab.Barbican.TokenCacheTime,
            PostgresHost = "127.0.0.1", PostgresPort = lab.PostgreSql!.Port, PostgresDatabase = DatabaseSeed.Database,
                PostgresUser = "lockstep",
            PostgresPasswordFile = credentials.Write("postgresql.password", holdings.Database["lockstep"]),
            OpenBao = lab.OpenBao is { } bao ? new BaoConnection(bao.Url, credentials.PathOf("openbao.token"), bao.AuditFile,
                "main") : null,
            SshHost = lab.SshHost is { } host ? new SshConnection("127.0.0.1", host.Port, host.User, host.Folder.Root,
                host.ProcessId, lab.Folder.PathOf("ssh-keys", "lockstep"), host.Canary, lab.Folder.PathOf("ssh-keys", "canary")) : null,
        };
        lab.Folder.Write("connections.json", JsonSerializer.Serialize(connections, JsonSerializerOptions.Web));
        var service = new PaymentsServiceFile
        {
            KeystoneUrl = connections.KeystoneUrl, ApplicationCredentialId = cloud.ApplicationCredentials["payments-service"],
            SecretFile = lab.Folder.Sub("payments-service").Write("application-credential.secret",
                holdings.ApplicationCredentials["payments-service"]),
            Container = vault.PaymentsContainer, Host = connections.PostgresHost, Port = connections.PostgresPort,
            Database = connections.PostgresDatabase, Role = "payments_app",
                StatusFile = lab.Folder.PathOf("payments-service", "status.json"),
        };
        return new LabEstate
        {
            Connections = connections, Canary = canary, Holdings = holdings, PaymentsStatusFile = service.StatusFile,
            PaymentsServiceFile = lab.Folder.Write("payments-service.json", JsonSerializer.Serialize(service, JsonSerializerOptions.Web)),
            Cloud = new CloudEstate
            {
                DomainId = cloud.DomainId, Projects = cloud.Projects, Users = cloud.Users, Groups = cloud.Groups,
                ApplicationCredentials = cloud.ApplicationCredentials, TrustId = cloud.TrustId, RecycledUserId = cloud.RecycledUserId,
                Secrets = vault.Secrets, PaymentsContainer = vault.PaymentsContainer,
            },
        };
    }
}
