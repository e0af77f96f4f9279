using Lockstep.Connectors.Ldap;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.OpenLdap;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.Ldap;

/// <summary>A directory of the lab; its truth is set by <c>ldapmodify</c> and asked by <c>ldapwhoami</c> and <c>ldapsearch</c>.</summary>
internal sealed class LdapSubject : IConnectorSubject
{
    public const string System = "lab-ldap";
    public const string People = "ou=people,dc=acme,dc=test";
    public const string Groups = "ou=groups,dc=acme,dc=test";
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static readonly HashSet<int> Ready = [];
    private static readonly string OwnPassword = LabSecret.Generate(LabFixture.Canary).Reveal();
    private readonly OpenLdapServer _server;
    private readonly LabFolder _folder;
    private readonly string _name = $"t{Guid.NewGuid():N}"[..10];
    private int _count;

    private LdapSubject(OpenLdapServer server, LabFolder folder) => (_server, _folder) = (server, folder);

    public int Port => _server.Port;

    public string Name => _name;

    public string Password { get; } = LabSecret.Generate(LabFixture.Canary).Reveal();

    public string? HiddenFromReadOnly => "passwords";

    public static async Task<LdapSubject> StartAsync(LabFixture lab, OpenLdapServer? server = null)
    {
        var subject = new LdapSubject(server ?? await lab.OpenLdapAsync(), lab.Folder);
        await Once.WaitAsync();
        try
        {
            if (Ready.Add(subject.Port))
            {
                await subject.AddAsync(Service("lockstep") + Service("readonly"));
            }
        }
        finally
        {
            Once.Release();
        }

        return subject;
    }

    public IConnector Connect(int port) => Make(port, "lockstep", OwnPassword);

    public LdapConnector Connect() => Make(Port, "lockstep", OwnPassword);

    public IConnector? ConnectReadOnly() => Make(Port, "readonly", OwnPassword);

    public IConnector ConnectWithWrongCredential() => Make(Port, "lockstep", "wrong-password");

    public async Task<IReadOnlyList<LinkKey>> SeedAsync()
    {
        var names = Enumerable.Range(1, 40).Select(i => $"{_name}-{i}").Append($"{_name}, \"O'Neil\" + <é> #1;").ToArray();
        var group = $"cn={_name}-all,{Groups}";
        await AddAsync(string.Concat(names.Select(Person)) + Group($"{_name}-all", [.. names.Select(DnOf)])
            + Group($"{_name}-outer", [group]));
        var (all, outer) = (await GroupAsync($"{_name}-all"), await GroupAsync($"{_name}-outer"));
        var links = new List<LinkKey> { Key(await AccountAsync(names[^1]), all), Key(await AccountAsync(names[0]), all), Key(all, outer) };
        foreach (var name in names.Skip(1).SkipLast(1))
        {
            links.Add(Key(await AccountAsync(name), all));
        }

        return links;
    }

    public async Task RemoveAsync(LinkKey link)
    {
        var (group, member) = (await DnOfAsync(link.To.RawKey), await DnOfAsync(link.From.RawKey));
        await ModifyAsync($"dn:: {Base64(group)}\nchangetype: modify\ndelete: member\nmember:: {Base64(member)}\n\n");
    }

    public async Task<IReadOnlyList<CutTrial>> TrialsAsync() =>
        [await DisableAsync(), await PasswordAsync(), await LeaveAsync(), await LastLeavesAsync(), await NestedAsync(), await PosixAsync()];

    public async Task<(string Name, NodeId Id)> NewPersonAsync()
    {
        var name = $"{_name}-p{Interlocked.Increment(ref _count)}";
        await AddAsync(Person(name));
        return (name, await AccountAsync(name));
    }

    public Task AddAsync(string ldif) => _server.AddAsync(ldif);

    public Task ModifyAsync(string ldif) => _server.ModifyAsync(ldif);

    public Task<string> SearchAsync(string filter, params string[] attributes) => _server.SearchAsync(filter, attributes);

    /// <summary>Says whether <c>ldapwhoami</c> gets in; any other answer than success or 49 is a failure of the test.</summary>
    public async Task<bool> BindsAsync(string name, string? password = null)
    {
        var (exitCode, output) = await OwnClient.RunAsync(
            "ldapwhoami", ["-x", "-H", _server.Url, "-D", DnOf(name), "-y", PasswordFile(password)]);
        return exitCode is 0 or 49 ? exitCode == 0 : throw new InvalidOperationException(output);
    }

    public string Url => _server.Url;

    /// <summary>A file with the password that every person begins with, for <c>-y</c>.</summary>
    public string PasswordFile(string? password = null) => _folder.Write($"{Guid.NewGuid():N}.password", password ?? Password);

    public Task<NodeId> AccountAsync(string name) => NodeAsync(NodeKinds.Account, $"(cn={Escaped(name)})");

    public Task<NodeId> GroupAsync(string name) => NodeAsync(NodeKinds.Group, $"(&(cn={Escaped(name)})(!(objectClass=person)))");

    public static string DnOf(string name) => $"cn={DistinguishedName.Escape(name)},{People}";

    public static LinkKey Key(NodeId member, NodeId group) => new(System, member, LinkKind.MemberOf, group, null);

    public string Person(string name) => $"""
        dn:: {Base64(DnOf(name))}
        objectClass: inetOrgPerson
        cn:: {Base64(name)}
        sn:: {Base64(name)}
        uid:: {Base64(name)}
        userPassword: {Password}


        """;

    public static string Group(string name, params string[] members) => $"""
        dn: cn={name},{Groups}
        objectClass: groupOfNames
        cn: {name}
        {string.Join('\n', members.Select(m => $"member:: {Base64(m)}"))}


        """;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static LdapConnector Make(int port, string uid, string password) => LdapConnector.Create(
        System,
        new()
        {
            Address = new($"ldap://127.0.0.1:{port}"), BaseDn = OpenLdapServer.Suffix, BindDn =
                $"uid={uid},ou=services,{OpenLdapServer.Suffix}",
            Password = new FixedSecret(password), PageSize = 7, Timeout = TimeSpan.FromSeconds(15),
        },
        TimeProvider.System);

    private static string Service(string uid) => $"""
        dn: uid={uid},ou=services,{OpenLdapServer.Suffix}
        objectClass: account
        objectClass: simpleSecurityObject
        uid: {uid}
        userPassword: {OwnPassword}


        """;

    private async Task<CutTrial> DisableAsync()
    {
        var (name, id) = await NewPersonAsync();
        return new(
            "disable account", new() { Kind = CutKind.DisableAccount, Target = id }, () => BindsAsync(name),
            () => ModifyAsync($"dn: {DnOf(name)}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: "
                + $"000001010000Z\n\n"));
    }

    private async Task<CutTrial> PasswordAsync()
    {
        var (name, id) = await NewPersonAsync();
        return new(
            "remove password", new() { Kind = CutKind.RevokeCredential, Target =
                NodeId.Of(System, NodeKinds.Credential, $"password.{id.RawKey}") },
            () => BindsAsync(name), () => ModifyAsync($"dn: {DnOf(name)}\nchangetype: modify\ndelete: userPassword\n\n"));
    }

    private async Task<CutTrial> LeaveAsync()
    {
        var ((stays, _), (leaves, id)) = (await NewPersonAsync(), await NewPersonAsync());
        return await MemberTrialAsync("leave group", id, DnOf(leaves), DnOf(stays), DnOf(leaves));
    }

    private async Task<CutTrial> LastLeavesAsync()
    {
        var (name, id) = await NewPersonAsync();
        return await MemberTrialAsync("last member leaves group", id, DnOf(name), DnOf(name));
    }

    private async Task<CutTrial> NestedAsync()
    {
        var inner = $"{_name}-g{Interlocked.Increment(ref _count)}";
        var (person, _) = await NewPersonAsync();
        await AddAsync(Group(inner, DnOf(person)));
        return await MemberTrialAsync(
            "group leaves group", await GroupAsync(inner), $"cn={inner},{Groups}", DnOf(person), $"cn={inner},{Groups}");
    }

    private async Task<CutTrial> PosixAsync()
    {
        var (name, id) = await NewPersonAsync();
        var group = $"{_name}-g{Interlocked.Increment(ref _count)}";
        await AddAsync($"dn: cn={group},{Groups}\nobjectClass: posixGroup\ncn: {group}\ngidNumber: 4711\nmemberUid: {name}\n\n");
        var link = Key(id, await GroupAsync(group));
        return new(
            "leave posix group", new() { Kind = CutKind.RemoveLink, Target = id, Link = link },
            async () => (await SearchAsync($"(&(cn={group})(memberUid={name}))", "1.1")).Contains("dn:", StringComparison.Ordinal),
            () => ModifyAsync($"dn: cn={group},{Groups}\nchangetype: modify\ndelete: memberUid\nmemberUid: {name}\n\n"));
    }

    /// <summary>Takes the last member out by putting the empty name in, which is what the schema leaves to a client.</summary>
    private async Task<CutTrial> MemberTrialAsync(string title, NodeId member, string memberDn, params string[] members)
    {
        var group = $"{_name}-g{Interlocked.Increment(ref _count)}";
        await AddAsync(Group(group, members));
        var link = Key(member, await GroupAsync(group));
        var filler = members.Length == 1 ? "add: member\nmember:\n-\n" : "";
        return new(
            title, new() { Kind = CutKind.RemoveLink, Target = member, Link = link },
            async () => (await SearchAsync($"(&(cn={group})(member={memberDn}))", "1.1")).Contains("dn:", StringComparison.Ordinal),
            () => ModifyAsync($"dn: cn={group},{Groups}\nchangetype: modify\n{filler}delete: member\nmember: {memberDn}\n\n"));
    }

    private async Task<NodeId> NodeAsync(string kind, string filter)
    {
        var found = await SearchAsync(filter, "entryUUID");
        var line = found.Split('\n').Single(l => l.StartsWith("entryUUID: ", StringComparison.Ordinal));
        return NodeId.Of(System, kind, line["entryUUID: ".Length..].Trim());
    }

    private async Task<string> DnOfAsync(string uuid)
    {
        var line = (await SearchAsync($"(entryUUID={uuid})", "1.1")).Split('\n')[0];
        return line.StartsWith("dn:: ", StringComparison.Ordinal)
            ? global::System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(line["dn:: ".Length..].Trim()))
            : line["dn: ".Length..].Trim();
    }

    private static string Base64(string text) => Convert.ToBase64String(global::System.Text.Encoding.UTF8.GetBytes(text));

    private static string Escaped(string value) => value.Replace("\\", "\\5c", StringComparison.Ordinal)
        .Replace("*", "\\2a", StringComparison.Ordinal).Replace("(", "\\28", StringComparison.Ordinal).Replace(
            ")", "\\29", StringComparison.Ordinal);
}
