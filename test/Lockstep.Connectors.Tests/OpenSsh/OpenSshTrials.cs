using System.Globalization;
using Lockstep.Connectors.OpenSsh;
using Lockstep.Graph;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>One trial for each cut, with <c>ssh</c> and <c>sudo</c> as the judges.</summary>
internal sealed class OpenSshTrials(OpenSshSubject subject)
{
    private static long _serial = 1000;

    public async Task<CutTrial> ExpireAsync()
    {
        var (user, account, key, _) = await WithKeyAsync();
        return new(
            "expire account", new() { Kind = CutKind.DisableAccount, Target = account }, () => subject.LetsInAsync(user, key),
            () => OpenSshSubject.MustAsync("chage", "-E", "0", user));
    }

    public async Task<CutTrial> KeyAsync()
    {
        var (user, _, key, print) = await WithKeyAsync();
        return new(
            "remove key", new() { Kind = CutKind.RevokeCredential, Target = subject.Ids.Key(print) }, () => subject.LetsInAsync(user, key),
            () => subject.SetKeysAsync(user, ""));
    }

    public async Task<CutTrial> CertificateAsync()
    {
        var (user, _, key, certificate, serial) = await WithCertificateAsync();
        return new(
            "revoke certificate", new() { Kind = CutKind.RevokeCredential, Target = certificate },
            () => subject.LetsInAsync(user, key, withCertificate: true),
            async () =>
            {
                await File.WriteAllTextAsync(key + ".spec", $"serial: {serial}\n");
                await OpenSshSubject.MustAsync(
                    "ssh-keygen", "-q", "-k", "-u", "-f", subject.Server.RevocationList, "-s", subject.Server.UserCaKey + ".pub", key + ".spec");
            });
    }

    public async Task<CutTrial> SessionAsync()
    {
        var (user, _, key, _) = await WithKeyAsync();
        var client = await subject.OpenAsync(user, key);
        var (id, pid) = await SessionOfAsync(user);
        return new(
            "end session", new() { Kind = CutKind.EndSession, Target = id }, () => client.AnswersAsync(),
            () => OpenSshSubject.RunAsync("sh", "-c", $"kill -9 $(ps -o pid= --ppid {pid}) {pid}"));
    }

    public async Task<CutTrial> SessionsOfAccountAsync()
    {
        var (user, account, key, _) = await WithKeyAsync();
        var (one, other) = (await subject.OpenAsync(user, key), await subject.OpenAsync(user, key));
        return new(
            "end all sessions", new() { Kind = CutKind.EndSession, Target = account },
            async () => await one.AnswersAsync() || await other.AnswersAsync(),
            () => OpenSshSubject.RunAsync("sh", "-c", "kill -9 $(ps -o pid= -u \"$0\")", user));
    }

    public async Task<CutTrial> PrincipalAsync()
    {
        var (user, account, key, _, _) = await WithCertificateAsync();
        var link = OpenSshSubject.Link(subject.Ids.Principal($"{user}-p"), LinkKind.Trusts, account);
        return new(
            "remove principal", new() { Kind = CutKind.RemoveLink, Target = link.From, Link = link },
            () => subject.LetsInAsync(user, key, withCertificate: true), () => subject.SetPrincipalsAsync(user, ""));
    }

    public async Task<CutTrial> SudoAsync()
    {
        var (user, account) = await subject.NewUserAsync();
        await subject.AddSudoAsync($"{user} ALL=(root) NOPASSWD: /usr/bin/true\n");
        return Sudo("remove sudo rule", user, user, account);
    }

    public async Task<CutTrial> SudoOfGroupAsync()
    {
        var (user, account) = await subject.NewUserAsync();
        await subject.AddSudoAsync($"%{user} ALL=(root) NOPASSWD: /usr/bin/true\n");
        var gid = (await OwnClient.RunAsync("id", ["-g", user])).Output.Trim();
        return Sudo("remove sudo rule of a group", user, "%" + user, NodeId.Of(account.SystemName, NodeKinds.Group, $"{user}.{gid}"));
    }

    public async Task<(string User, NodeId Account, string Key, string Fingerprint)> WithKeyAsync()
    {
        var ((user, account), (key, print)) = (await subject.NewUserAsync(), await subject.NewKeyAsync());
        await subject.SetKeysAsync(user, await File.ReadAllTextAsync(key + ".pub"));
        return (user, account, key, print);
    }

    public async Task<(string User, NodeId Account, string Key, NodeId Certificate, ulong Serial)> WithCertificateAsync()
    {
        var ((user, account), (key, _)) = (await subject.NewUserAsync(), await subject.NewKeyAsync());
        var serial = (ulong)Interlocked.Increment(ref _serial);
        await subject.SetPrincipalsAsync(user, $"{user}-p\n");
        return (user, account, key, await subject.SignAsync(key, $"{user}-p", $"id of {user}", serial), serial);
    }

    /// <summary>Finds a session with <c>ps</c>: the watching process and its start.</summary>
    public async Task<(NodeId Id, string Watcher)> SessionOfAsync(string user)
    {
        var child = (await OwnClient.RunAsync("ps", ["-o", "pid=,ppid=,args=", "-u", user])).Output
            .Split('\n').First(l => l.Contains($"sshd: {user}@", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var stat = await File.ReadAllTextAsync($"/proc/{child[1]}/stat");
        var start = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        return (NodeId.Of(OpenSshSubject.System, NodeKinds.Session, string.Create(CultureInfo.InvariantCulture, $"{child[1]}.{start}")), child[1]);
    }

    private CutTrial Sudo(string title, string user, string who, NodeId holder)
    {
        var link = OpenSshSubject.Link(holder, LinkKind.Permits, subject.Ids.Host, "sudo (root) NOPASSWD: /usr/bin/true");
        return new(
            title, new() { Kind = CutKind.RemoveLink, Target = holder, Link = link }, () => subject.SudoRunsAsync(user, "/usr/bin/true"),
            () => OpenSshSubject.MustAsync("sh", "-c", "sed -i \"/^$1 /d\" \"$0\"/*", subject.Server.Folder.PathOf("sudoers.d"), who));
    }
}
