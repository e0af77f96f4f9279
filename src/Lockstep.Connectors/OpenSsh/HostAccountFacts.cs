using System.Globalization;
using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Accounts, their groups, and what whoever is let in may do.</summary>
internal sealed class HostAccountFacts(Facts facts, HostIds ids, HostReader reader, TimeProvider time)
{
    private const string Scope = "accounts";

    /// <summary>The first number of an account that a person made.</summary>
    internal const int FirstPerson = 1000;

    /// <summary>Reports them.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var self = await reader.SelfAsync(cancellation);
        var accounts = await reader.AccountsAsync(cancellation);
        var groups = HostAccount.ReadGroups(await reader.Shell.AskAsync(HostCommands.Groups, cancellation));
        var expiry = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        ConnectorError? hidden = null;
        try
        {
            expiry = await reader.ExpiryAsync(cancellation);
        }
        catch (IncompleteObservationException broken) when (broken.Error.Kind == ConnectorErrorKind.Forbidden)
        {
            hidden = broken.Error;
        }

        if (hidden is not null)
        {
            yield return new Observation.NotCovered("expiry", hidden);
        }

        foreach (var fact in Fixed(self.Name))
        {
            yield return fact;
        }

        var (opened, named) = await InUseAsync(accounts, cancellation);
        var listed = accounts.Where(a => opened?.Contains(a.Name) != false || !a.HasNoShell || a.Uid is 0 or >= FirstPerson).ToList();
        var used = groups.Where(g => named?.Invoke(ids.Group(g.Name, g.Gid)) != false
            || listed.Exists(a => a.Gid == g.Gid || g.Members.Contains(a.Name, StringComparer.Ordinal))).ToList();
        foreach (var (name, gid, _) in used)
        {
            yield return facts.Node(Scope, ids.Group(name, gid), name, NodeState.Active, ("gid", gid.ToString(CultureInfo.InvariantCulture)));
        }

        var now = time.GetUtcNow();
        foreach (var fact in listed.SelectMany(a => Account(a, used, expiry.TryGetValue(a.Name, out var at) ? at : null, now)))
        {
            yield return fact;
        }
    }

    /// <summary>
    /// Finds the accounts that something opens and the groups that sudo names; nothing if our rights hide it. The dozens of accounts of a
    /// system without shell, key, principal, session or rule are left out: nobody gets in as them by ssh.
    /// </summary>
    private async Task<(HashSet<string>? Opened, Func<NodeId, bool>? Named)> InUseAsync(
        IReadOnlyList<HostAccount> accounts, CancellationToken cancellation)
    {
        try
        {
            var holders = await new HostSudoFacts(facts, ids, reader).HoldersAsync(cancellation);
            var named = (await reader.SudoAsync(cancellation)).Rules.Select(r => holders(r.Who)).OfType<NodeId>().ToHashSet();
            var opened = accounts.Where(a => named.Contains(ids.Account(a))).Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
            opened.UnionWith((await reader.KeysAsync(cancellation)).Select(k => k.At.Account.Name));
            opened.UnionWith((await reader.PrincipalsAsync(cancellation)).Where(p => p.File is not null).Select(p => p.At.Account.Name));
            opened.UnionWith((await reader.SessionsAsync(cancellation)).Select(s => s.User));
            return (opened, named.Contains);
        }
        catch (IncompleteObservationException hidden)
            when (hidden.Error.Kind is ConnectorErrorKind.Forbidden or ConnectorErrorKind.Unsupported)
        {
            return (null, null);
        }
    }

    private IEnumerable<Observation> Fixed(string host)
    {
        yield return facts.Node(Scope, ids.Host, host, NodeState.Active, ("resourceType", "host"));
        yield return facts.Node(Scope, ids.Everyone, "everyone", NodeState.Active, (NodeAttributes.Everyone, "true"));
        yield return facts.Node(Scope, ids.Shell, "shell", NodeState.Active);
        yield return facts.Node(Scope, ids.Forwarding, "forwarding", NodeState.Active);
        yield return facts.Link(Scope, ids.Shell, LinkKind.Permits, ids.Host, "who is let in gets a shell", action: "shell");
        yield return facts.Link(Scope, ids.Shell, LinkKind.Permits, ids.Host, "who is let in may forward ports", action: "forward ports");
        yield return facts.Link(
            Scope, ids.Forwarding, LinkKind.Permits, ids.Host, "an account without a shell may forward ports all the same",
            action: "forward ports");
    }

    private IEnumerable<Observation> Account(
        HostAccount account, IReadOnlyList<(string Name, long Gid, IReadOnlyList<string> Members)> groups, DateTimeOffset? expiresAt,
        DateTimeOffset now)
    {
        var id = ids.Account(account);
        yield return facts.Node(
            Scope, id, account.Name, expiresAt <= now ? NodeState.Disabled : NodeState.Active,
            ("uid", account.Uid.ToString(CultureInfo.InvariantCulture)), ("comment", account.Comment), ("loginShell", account.Shell),
            (NodeAttributes.EmployeeNumber, Named(account.Comment, NodeAttributes.EmployeeNumber)),
            (NodeAttributes.Mail, Named(account.Comment, NodeAttributes.Mail)),
            ("expiresAt", expiresAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
        yield return facts.Link(
            Scope, id, LinkKind.Assumes, account.HasNoShell ? ids.Forwarding : ids.Shell, $"`{account.Name}` has the shell `{account.Shell}`");
        yield return facts.Link(Scope, id, LinkKind.MemberOf, ids.Everyone, "every account is one of everyone");
        foreach (var (name, gid, members) in groups)
        {
            if (gid == account.Gid || members.Contains(account.Name, StringComparer.Ordinal))
            {
                yield return facts.Link(
                    Scope, id, LinkKind.MemberOf, ids.Group(name, gid),
                    gid == account.Gid ? $"`{name}` is its first group" : $"listed in group `{name}`",
                    enforcement: Enforcement.Connection);
            }
        }
    }

    /// <summary>Finds <c>attribute=value</c> in a comment field.</summary>
    internal static string? Named(string comment, string attribute) => comment.Split(',', ' ')
        .Where(p => p.StartsWith($"{attribute}=", StringComparison.Ordinal)).Select(p => p[(attribute.Length + 1)..]).FirstOrDefault();
}
