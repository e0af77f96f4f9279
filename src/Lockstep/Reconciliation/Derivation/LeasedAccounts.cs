using System.IO.Enumeration;
using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>
/// The accounts that leases of a vault made in other systems: by the name that the lease gives, or by the form and time of the name.
/// An account of that form without a lease is one that outlived it.
/// </summary>
internal sealed class LeasedAccounts
{
    private readonly ObservedFacts _facts;
    private readonly Dictionary<NodeId, LeasedAccount> _accounts = [];
    private readonly List<Link> _links = [];
    private readonly Dictionary<string, ILookup<string, Node>> _byLastPart = new(StringComparer.Ordinal);

    internal LeasedAccounts(ObservedFacts facts)
    {
        _facts = facts;
        var leases = facts.Nodes.Values.Where(n =>
            n.Id.Kind == NodeKinds.Credential && n.Find(NodeAttributes.CredentialType) == "lease").OrderBy(n => n.State).ThenBy(n => n.Id).ToList();
        var holders = leases.Count == 0 ? null
            : facts.Links.Where(l => l.Kind == LinkKind.Holds && l.From.Kind == NodeKinds.Account).ToLookup(l => l.To, l => l.From);
        leases.ForEach(lease => Match(lease, [.. holders![lease.Id].Distinct()]));
        foreach (var issuer in facts.Nodes.Values.Where(n => n.Find(NodeAttributes.IssuesLike) is not null).OrderBy(n => n.Id))
        {
            foreach (var account in Fitting(issuer.Find(NodeAttributes.IssuesLike)!).Where(a => !_accounts.ContainsKey(a.Id)))
            {
                var because = $"named as `{issuer.Name}` of {issuer.Id.SystemName} names what it makes";
                _accounts[account.Id] = new(account.Id, account.Name, [], because, IsListed: false);
            }
        }
    }

    internal List<LeasedAccount> Accounts => [.. _accounts.Values];

    internal IReadOnlyList<Link> Links => _links;

    internal bool IsLeased(NodeId account) => _accounts.ContainsKey(account);

    private void Match(Node lease, IReadOnlyList<NodeId> holders)
    {
        var (exact, like) = (lease.Find(NodeAttributes.Opens), lease.Find(NodeAttributes.OpensLike));
        var fitting = (exact ?? like) is { } pattern ? Fitting(pattern).Where(a => !_accounts.ContainsKey(a.Id)).ToList() : [];
        if (fitting is not [var account])
        {
            return;
        }

        var listed = lease.State == NodeState.Active;
        var how = exact is not null ? "by the name that the lease gave out" : "by the form of the name and the time in it";
        var because = $"made by lease `{lease.Name}` of {lease.Id.SystemName}{(listed ? string.Empty : ", which is no longer listed")}, {how}";
        _accounts.Add(account.Id, new(account.Id, account.Name, holders, because, listed));
        _links.Add(Identities.Own(lease.Id, LinkKind.AuthenticatesAs, account.Id, because));
    }

    /// <summary>Finds the accounts that fit one of the patterns; those end in a literal part in all but the rarest cases.</summary>
    private IEnumerable<Node> Fitting(string patterns) => patterns.Split(' ').SelectMany(pattern =>
    {
        var colon = pattern.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || Openings.SystemOf(_facts, pattern[..colon]) is not { } system)
        {
            return [];
        }

        var (name, accounts) = (pattern[(colon + 1)..], In(system));
        var last = LastPart(name);
        var near = last.AsSpan().ContainsAny('*', '?') ? accounts.SelectMany(a => a) : accounts[last];
        return near.Where(a => FileSystemName.MatchesSimpleExpression(name, a.Name, ignoreCase: false));
    }).DistinctBy(a => a.Id);

    private ILookup<string, Node> In(string system) => _byLastPart.TryGetValue(system, out var known) ? known
        : _byLastPart[system] = _facts.Nodes.Values.Where(n => n.Id.Kind == NodeKinds.Account && n.Id.SystemName == system)
            .ToLookup(n => LastPart(n.Name), StringComparer.Ordinal);

    private static string LastPart(string name) => name[(name.LastIndexOf('-') + 1)..];
}

/// <summary>An account that a lease made.</summary>
/// <param name="Account">The account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Holders">The accounts in the vault that hold the lease.</param>
/// <param name="Because">How it is known, as evidence.</param>
/// <param name="IsListed">Whether the vault lists the lease.</param>
internal sealed record LeasedAccount(NodeId Account, string Name, IReadOnlyList<NodeId> Holders, string Because, bool IsListed);
