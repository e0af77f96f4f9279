using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.Barbican;

/// <summary>The lab's Barbican; its truth is set and asked over its own API by plain HTTP.</summary>
internal sealed class BarbicanSubject : IConnectorSubject
{
    private BarbicanSubject(BarbicanVault vault, string creatorRole) =>
        (Vault, HiddenFromReadOnly) = (vault, $"reads:{vault.Cloud.Project}:{creatorRole}");

    public BarbicanVault Vault { get; }

    public int Port => new Uri(Vault.Server.Url).Port;

    public string? HiddenFromReadOnly { get; }

    public static async Task<BarbicanSubject> StartAsync(LabFixture lab) => new(await BarbicanVault.OpenAsync(lab), "creator");

    public IConnector Connect(int port) => Make(port, Vault.Settings().Login);

    public IConnector? ConnectReadOnly() => Make(Port, new KeystoneLogin.Password(Vault.Cloud.DanaName)
    {
        Secret = new FixedSecret(Vault.Cloud.Password.Reveal()), ProjectName = Vault.Cloud.ProjectName,
    });

    public IConnector ConnectWithWrongCredential() => Make(Port, new KeystoneLogin.Password(Vault.KeeperName)
    {
        Secret = new FixedSecret("wrong-password"), ProjectName = Vault.Cloud.ProjectName,
    });

    public async Task<IReadOnlyList<LinkKey>> SeedAsync()
    {
        var observer = Vault.Cloud.Nodes.ProjectRole(Vault.Cloud.Project, await Vault.Cloud.Admin.RoleAsync("observer"));
        var links = new List<LinkKey>();
        for (var i = 0; i < 8; i++)
        {
            var id = await Vault.AddSecretAsync($"pass \"wörd\" {i} / %20", LabSecret.Generate(LabFixture.Canary));
            links.Add(Key(observer, BarbicanVault.Node(id)));
        }

        var shared = await Vault.AddSecretAsync("shared", LabSecret.Generate(LabFixture.Canary));
        await Vault.SetAclAsync(shared, projectAccess: true, Vault.Cloud.Dana, Vault.Keeper);
        return [Key(Account(Vault.Cloud.Dana), BarbicanVault.Node(shared)), Key(Account(Vault.Keeper), BarbicanVault.Node(shared)),
            .. links];
    }

    public Task RemoveAsync(LinkKey link) => Vault.SetAclAsync(link.To.RawKey, projectAccess: true, Vault.Keeper);

    public async Task<IReadOnlyList<CutTrial>> TrialsAsync() => [await AclAsync(), await RoleAsync(), await DeleteAsync()];

    public ValueTask DisposeAsync() => Vault.DisposeAsync();

    private static LinkKey Key(NodeId from, NodeId to) => new(BarbicanVault.System, from, LinkKind.Reads, to, null);

    private NodeId Account(string id) => Vault.Cloud.Nodes.Account(id);

    private async Task<CutTrial> AclAsync()
    {
        // The reader's role (plain `reader`) gives nothing in Barbican: only the ACL does.
        var password = LabSecret.Generate(LabFixture.Canary);
        var name = $"{Vault.Cloud.Name}-{Guid.NewGuid():N}"[..20];
        var reader = await Vault.Cloud.Admin.AddUserAsync(name, password);
        await Vault.Cloud.Admin.GrantAsync(Vault.Cloud.Project, reader, "reader");
        var token = await Vault.Cloud.Server.LoginAsync(
            Lockstep.Lab.Keystone.KeystoneServer.PasswordLogin(name, password, Vault.Cloud.ProjectName));
        var id = await Vault.AddSecretAsync("acl", LabSecret.Generate(LabFixture.Canary));
        await Vault.SetAclAsync(id, projectAccess: true, reader, Vault.Keeper);
        return Trial(
            "take a user off an ACL", Key(Account(reader), BarbicanVault.Node(id)), token, id,
            () => Vault.SetAclAsync(id, projectAccess: true, Vault.Keeper));
    }

    private async Task<CutTrial> RoleAsync()
    {
        var observer = Vault.Cloud.Nodes.ProjectRole(Vault.Cloud.Project, await Vault.Cloud.Admin.RoleAsync("observer"));
        var id = await Vault.AddSecretAsync("open", LabSecret.Generate(LabFixture.Canary));
        return Trial(
            "close a secret to its project", Key(observer, BarbicanVault.Node(id)), await Vault.Cloud.LogInAsync(), id,
            () => Vault.SetAclAsync(id, projectAccess: false));
    }

    private async Task<CutTrial> DeleteAsync()
    {
        var id = await Vault.AddSecretAsync("doomed", LabSecret.Generate(LabFixture.Canary));
        var token = await Vault.Cloud.LogInAsync();
        return new(
            "delete a secret",
            new Cut { Kind = CutKind.RevokeCredential, Target = BarbicanVault.Node(id) },
            async () => (await Vault.ReadAsync(token, id)).Status == 200,
            () => Vault.KeeperHttp.SendAsync("DELETE", $"/v1/secrets/{id}"));
    }

    private CutTrial Trial(string name, LinkKey link, LabSecret token, string secretId, Func<Task> takeAway) => new(
        name,
        new Cut { Kind = CutKind.RemoveLink, Target = link.From, Link = link },
        async () => (await Vault.ReadAsync(token, secretId)).Status == 200,
        takeAway);

    private Connectors.Barbican.BarbicanConnector Make(int port, KeystoneLogin login) => Vault.Connector(Vault.Settings() with
    {
        Address = new Uri($"http://127.0.0.1:{port}"),
        Login = login,
        RequestTimeout = TimeSpan.FromSeconds(10),
        MayCloseProjectAccess = true,
        PageSize = 3,
    });
}
