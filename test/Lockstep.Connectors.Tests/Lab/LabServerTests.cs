using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Lab;
using Lockstep.Lab.Keystone;
using Lockstep.Lab.OpenLdap;
using Lockstep.Lab.PostgreSql;
using Npgsql;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

public class LabServerTests(LabFixture lab)
{
    [Fact]
    public async Task PostgreSql_answers_its_administrator_and_refuses_another_password()
    {
        var postgres = await lab.PostgresAsync();

        await using var connection = new NpgsqlConnection(postgres.AdminConnection());
        await connection.OpenAsync();
        var wrong = new NpgsqlConnection(postgres.ConnectionString("postgres", LabSecret.Generate()));

        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await wrong.OpenAsync());
        Assert.Equal("28P01", refused.SqlState);
    }

    [Fact]
    public async Task Keystone_has_one_role_however_many_want_it_at_the_same_time()
    {
        var keystone = await lab.KeystoneAsync();
        var name = $"wanted-{Guid.NewGuid():N}"[..15];
        var admins = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => KeystoneAdmin.OpenAsync(keystone)));

        var ids = await Task.WhenAll(admins.Select(a => a.RoleAsync(name)));
        await admins[0].Http.SendAsync("DELETE", $"/v3/roles/{ids[0]}");
        Array.ForEach(admins, a => a.Dispose());

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task OpenLdap_keeps_memberOf_and_honours_a_lock_where_the_policy_applies()
    {
        var directory = await lab.OpenLdapAsync();
        await AddPersonAsync(directory, "locked");

        Assert.Contains("memberOf: cn=locked-group", await directory.SearchAsync("(uid=locked)", ["memberOf"]), StringComparison.Ordinal);
        Assert.Equal(0, await BindAsync(directory, "locked"));
        await LockAsync(directory, "locked");

        Assert.Equal(49, await BindAsync(directory, "locked"));
    }

    [Fact]
    public async Task OpenLdap_without_a_lockout_policy_accepts_the_lock_and_ignores_it()
    {
        var directory = await lab.OpenLdapWithoutLockoutAsync();
        await AddPersonAsync(directory, "ignored");

        await LockAsync(directory, "ignored");

        Assert.Equal(0, await BindAsync(directory, "ignored"));
    }

    [Fact]
    public async Task Keystone_and_Barbican_know_each_other()
    {
        var keystone = await lab.KeystoneOfBarbicanAsync();
        var barbican = await lab.BarbicanAsync();
        var token = await keystone.LoginAsync(KeystoneServer.PasswordLogin("admin", keystone.AdminPassword, "admin"));
        using var vault = barbican.Client(token);

        var stored = await vault.SendAsync("POST", "/v1/secrets",
            new JsonObject { ["name"] = "a", ["payload"] = "v", ["payload_content_type"] = "text/plain" });

        Assert.StartsWith(barbican.Url, (string)stored.Body!["secret_ref"]!, StringComparison.Ordinal);
        using var nobody = barbican.Client(LabSecret.Generate());
        Assert.Equal(401, (await nobody.TryAsync("GET", "/v1/secrets")).Status);
    }

    [Fact]
    public async Task Stopped_servers_leave_no_process()
    {
        var folder = LabFolder.Create();
        var postgres = await PostgresServer.StartAsync(folder.Sub("pg"));
        var directory = await OpenLdapServer.StartAsync(folder.Sub("ldap"));
        int[] started = [postgres.ProcessId, directory.ProcessId];
        Assert.All(started, pid => Assert.NotEmpty(ProcessesOf(pid)));

        await postgres.DisposeAsync();
        await directory.DisposeAsync();
        folder.Remove();

        Assert.All(started, pid => Assert.Empty(ProcessesOf(pid)));
        Assert.False(Directory.Exists(folder.Root));
    }

    /// <summary>Every process whose group or parent is <paramref name="leader"/>, read from the kernel.</summary>
    internal static int[] ProcessesOf(int leader) =>
    [
        .. from folder in Directory.GetDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
           let stat = ReadOrEmpty(Path.Combine(folder, "stat"))
           where stat.Length > 0
           let fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')
           let pid = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)
           where fields[0] != "Z"
           where pid == leader || fields[1] == leader.ToString(CultureInfo.InvariantCulture)
               || fields[2] == leader.ToString(CultureInfo.InvariantCulture)
           select pid,
    ];

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task AddPersonAsync(OpenLdapServer directory, string uid) => await directory.AddAsync($"""
        dn: uid={uid},ou=people,{OpenLdapServer.Suffix}
        objectClass: inetOrgPerson
        uid: {uid}
        cn: {uid}
        sn: {uid}
        userPassword: correct-{uid}

        dn: cn={uid}-group,ou=groups,{OpenLdapServer.Suffix}
        objectClass: groupOfNames
        cn: {uid}-group
        member: uid={uid},ou=people,{OpenLdapServer.Suffix}

        """);

    private static Task LockAsync(OpenLdapServer directory, string uid) => directory.ModifyAsync($"""
        dn: uid={uid},ou=people,{OpenLdapServer.Suffix}
        changetype: modify
        replace: pwdAccountLockedTime
        pwdAccountLockedTime: 000001010000Z

        """);

    private async Task<int> BindAsync(OpenLdapServer directory, string uid)
    {
        var file = lab.Folder.Write($"{uid}.password", $"correct-{uid}");
        using var client = System.Diagnostics.Process.Start(
            "ldapwhoami", ["-x", "-H", directory.Url, "-D", $"uid={uid},ou=people,{OpenLdapServer.Suffix}", "-y", file]);
        await client.WaitForExitAsync();
        return client.ExitCode;
    }
}
