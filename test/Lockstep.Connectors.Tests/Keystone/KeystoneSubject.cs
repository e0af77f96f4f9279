using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.Keystone;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>The lab's Keystone; its truth is set and asked over its own API by plain HTTP.</summary>
internal sealed class KeystoneSubject : IConnectorSubject
{
    private readonly LabSecret _readerPassword = LabSecret.Generate(LabFixture.Canary);
    private string _reader = "";
    private int? _beforeTrials;

    private KeystoneSubject(KeystoneCloud cloud) => Cloud = cloud;

    public KeystoneCloud Cloud { get; }

    public int Port => Cloud.Server.Port;

    public string? HiddenFromReadOnly => null;

    public static async Task<KeystoneSubject> StartAsync(LabFixture lab, KeystoneServer? own = null)
    {
        var subject = new KeystoneSubject(await KeystoneCloud.OpenAsync(lab, own));
        subject._reader = await subject.Cloud.Admin.AddUserAsync($"{subject.Cloud.Name}-auditor", subject._readerPassword);
        await subject.Cloud.Admin.GrantOnSystemAsync(subject._reader, "reader");
        return subject;
    }

    public IConnector Connect(int port) => Make(port, Cloud.Settings().Login);

    public IConnector? ConnectReadOnly() => Make(Port, new KeystoneLogin.Password($"{Cloud.Name}-auditor")
    {
        Secret = new FixedSecret(_readerPassword.Reveal()), SystemScope = true,
    });

    public IConnector ConnectWithWrongCredential() => Make(Port, new KeystoneLogin.Password(KeystoneServer.AdminUser)
    {
        Secret = new FixedSecret("wrong-password"), ProjectName = "admin",
    });

    public async Task<IReadOnlyList<LinkKey>> SeedAsync()
    {
        var admin = Cloud.Admin;
        var awkward = await admin.AddUserAsync($"{Cloud.Name} \"Ü\" o'b/r %20ien", Cloud.Password);
        await admin.GrantAsync(Cloud.Project, awkward, "member");
        await admin.GrantAsync(Cloud.Project, Cloud.Dana, "member");
        await admin.JoinAsync(Cloud.Dana, Cloud.Group);
        await admin.JoinAsync(awkward, Cloud.Group);
        await admin.GrantToGroupAsync(Cloud.Project, Cloud.Group, "observer");
        var application = await Cloud.AddApplicationCredentialAsync("ci robot / ünïcode");
        var (member, nodes) = (await admin.RoleAsync("member"), Cloud.Nodes);
        var credential = nodes.Credential(new(KeystoneCredentialKey.App, Cloud.Dana, application.Id));
        var project = nodes.ProjectRole(Cloud.Project, member);
        return
        [
            Key(nodes.Account(awkward), LinkKind.Assumes, project),
            Key(nodes.Account(Cloud.Dana), LinkKind.Assumes, project),
            Key(nodes.Account(Cloud.Dana), LinkKind.MemberOf, nodes.Group(Cloud.Group)),
            Key(nodes.Account(awkward), LinkKind.MemberOf, nodes.Group(Cloud.Group)),
            Key(nodes.Group(Cloud.Group), LinkKind.Assumes, nodes.ProjectRole(Cloud.Project, await admin.RoleAsync("observer"))),
            Key(nodes.Account(Cloud.Dana), LinkKind.Holds, credential),
            Key(credential, LinkKind.AuthenticatesAs, nodes.Account(Cloud.Dana)),
            Key(project, LinkKind.Permits, nodes.Project(Cloud.Project), "member"),
        ];
    }

    public Task RemoveAsync(LinkKey link) =>
        Cloud.Admin.Http.SendAsync("DELETE", $"/v3/{KeystoneRoleKey.Find(link.To.RawKey)!.AssignmentPath("users", link.From.RawKey)}");

    public async Task<IReadOnlyList<CutTrial>> TrialsAsync()
    {
        _beforeTrials ??= Cloud.Admin.Added;
        var trials = new KeystoneTrials(Cloud);
        return
        [
            await trials.DisableAsync(), await trials.SessionsAsync(), await trials.RoleAsync(), await trials.GroupRoleAsync(),
            await trials.MembershipAsync(), await trials.ApplicationCredentialAsync(), await trials.TrustAsync(),
        ];
    }

    public Task ForgetTrialsAsync() => Cloud.Admin.RemoveAddedAsync(_beforeTrials ?? Cloud.Admin.Added);

    public static LinkKey Key(NodeId from, LinkKind kind, NodeId to, string? action = null) =>
        new(KeystoneCloud.System, from, kind, to, action);

    public ValueTask DisposeAsync() => Cloud.DisposeAsync();

    private KeystoneConnector Make(int port, KeystoneLogin login) => Cloud.Connector(settings: Cloud.Settings() with
    {
        Address = new Uri($"http://127.0.0.1:{port}/v3"), Login = login, RequestTimeout = TimeSpan.FromSeconds(15),
    });
}
