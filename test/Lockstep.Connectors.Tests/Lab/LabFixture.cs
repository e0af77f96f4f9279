using Lockstep.Lab;
using Lockstep.Lab.Barbican;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenBao;
using Lockstep.Lab.OpenLdap;
using Lockstep.Lab.OpenSsh;
using Lockstep.Lab.PostgreSql;
using Lockstep.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Lockstep.Connectors.Tests.Lab.LabFixture))]

namespace Lockstep.Connectors.Tests.Lab;

/// <summary>
/// The real systems for this assembly's tests, each started when a test first asks for it and stopped at the end. They are
/// empty but for what a system itself needs; a suite makes its own names so that suites do not disturb each other.
/// </summary>
public sealed class LabFixture : IAsyncDisposable
{
    private readonly LabFolder _folder = LabFolder.Create();
    private readonly Lazy<Task<PostgresServer>> _postgres;
    private readonly Lazy<Task<OpenLdapServer>> _openLdap;
    private readonly Lazy<Task<OpenLdapServer>> _openLdapWithoutLockout;
    private readonly Lazy<Task<KeystoneServer>> _keystone;
    private readonly Lazy<Task<KeystoneServer>> _keystoneOfFaults;
    private readonly Lazy<Task<KeystoneServer>> _keystoneOfBarbican;
    private readonly Lazy<Task<BarbicanServer>> _barbican;
    private readonly Lazy<Task<OpenBaoServer>> _openBao;
    private readonly Lazy<Task<OpenBaoServer>> _openBaoOfMounts;
    private readonly Lazy<Task<SshHostServer>> _sshHost;
    private readonly Lazy<Task<SshHostServer>> _sshHostOfFaults;

    public LabFixture()
    {
        var options = new LabServerOptions { Canary = Canary };
        _postgres = new(() => PostgresServer.StartAsync(_folder.Sub("postgresql"), options));
        _openLdap = new(() => OpenLdapServer.StartAsync(_folder.Sub("openldap"), new OpenLdapOptions { Tls = true }, options));
        _openLdapWithoutLockout = new(() =>
            OpenLdapServer.StartAsync(_folder.Sub("openldap-lax"), new OpenLdapOptions { LockoutPolicy = false }, options));
        _keystone = new(() => KeystoneServer.StartAsync(_folder.Sub("keystone"), servers: options));
        _keystoneOfFaults = new(() => KeystoneServer.StartAsync(_folder.Sub("keystone-faults"), servers: options));
        _keystoneOfBarbican = new(() => KeystoneServer.StartAsync(_folder.Sub("keystone-barbican"), servers: options));
        _barbican = new(async () => await BarbicanServer.StartAsync(_folder.Sub("barbican"), await _keystoneOfBarbican.Value, servers: options));
        _openBao = new(() => OpenBaoServer.StartAsync(_folder.Sub("openbao"), OutsideFolders.Lab, options));
        _openBaoOfMounts = new(() => OpenBaoServer.StartAsync(_folder.Sub("openbao-mounts"), OutsideFolders.Lab, options));
        _sshHost = new(() => SshHostServer.StartAsync(_folder.Sub("openssh"), options));
        _sshHostOfFaults = new(() => SshHostServer.StartAsync(_folder.Sub("openssh-faults"), options));
    }

    /// <summary>Part of every password of this run.</summary>
    public static string Canary => "Canary7Q";

    /// <summary>The throw-away folder of this run; a suite may make sub-folders.</summary>
    public LabFolder Folder => _folder;

    public Task<PostgresServer> PostgresAsync() => OrSkipAsync(_postgres);

    public Task<OpenLdapServer> OpenLdapAsync() => OrSkipAsync(_openLdap);

    /// <summary>A directory that accepts a lock and ignores it.</summary>
    public Task<OpenLdapServer> OpenLdapWithoutLockoutAsync() => OrSkipAsync(_openLdapWithoutLockout);

    public Task<KeystoneServer> KeystoneAsync() => OrSkipAsync(_keystone);

    /// <summary>Another one, for the suite that makes users by the dozen: every listing asks about each of them.</summary>
    public Task<KeystoneServer> KeystoneOfFaultsAsync() => OrSkipAsync(_keystoneOfFaults);

    /// <summary>The one that <see cref="BarbicanAsync"/> trusts: a Keystone answers one question after another.</summary>
    public Task<KeystoneServer> KeystoneOfBarbicanAsync() => OrSkipAsync(_keystoneOfBarbican);

    /// <summary>Trusts <see cref="KeystoneOfBarbicanAsync"/>; its token cache is the lab's 20 s.</summary>
    public Task<BarbicanServer> BarbicanAsync() => OrSkipAsync(_barbican);

    public Task<OpenBaoServer> OpenBaoAsync() => OrSkipAsync(_openBao);

    /// <summary>Another one, for suites that add mounts: the connector's rights on the first name each mount there is.</summary>
    public Task<OpenBaoServer> OpenBaoOfMountsAsync() => OrSkipAsync(_openBaoOfMounts);

    public Task<SshHostServer> SshHostAsync() => OrSkipAsync(_sshHost);

    /// <summary>Another one, for the suite that makes accounts by the dozen: every listing reads the files of each.</summary>
    public Task<SshHostServer> SshHostOfFaultsAsync() => OrSkipAsync(_sshHostOfFaults);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_sshHost);
        await StopAsync(_sshHostOfFaults);
        await StopAsync(_openBao);
        await StopAsync(_openBaoOfMounts);
        await StopAsync(_barbican);
        await StopAsync(_keystone);
        await StopAsync(_keystoneOfFaults);
        await StopAsync(_keystoneOfBarbican);
        await StopAsync(_postgres);
        await StopAsync(_openLdap);
        await StopAsync(_openLdapWithoutLockout);
        _folder.Remove();
    }

    private static async Task<T> OrSkipAsync<T>(Lazy<Task<T>> server)
    {
        try
        {
            return await server.Value;
        }
        catch (LabException absent) when (absent.Code == "LS8001")
        {
            Assert.Skip(absent.Message);
            throw;
        }
    }

    private static async Task StopAsync<T>(Lazy<Task<T>> server)
        where T : IAsyncDisposable
    {
        if (server.IsValueCreated && server.Value.IsCompletedSuccessfully)
        {
            await (await server.Value).DisposeAsync();
        }
    }
}
