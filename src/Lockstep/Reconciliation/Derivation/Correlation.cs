using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>Finds whose the accounts are.</summary>
public sealed class Correlation
{
    private readonly ObservedFacts _facts;
    private readonly Dictionary<(string Attribute, bool IgnoreCase), Dictionary<string, List<Node>>> _indexes = [];
    private readonly Dictionary<NodeId, Binding> _bindings = [];
    private readonly List<CorrelationIssue> _issues = [];

    private Correlation(ObservedFacts facts) => (_facts, Leases) = (facts, new LeasedAccounts(facts));

    /// <summary>Gets whose each account is, and why; accounts that match nobody or several are missing.</summary>
    public IReadOnlyDictionary<NodeId, Binding> Bindings => _bindings;

    /// <summary>Gets the accounts that match nobody or several.</summary>
    public IReadOnlyList<CorrelationIssue> Issues => _issues;

    /// <summary>Gets which accounts were made by leases.</summary>
    internal LeasedAccounts Leases { get; }

    /// <summary>Matches every account of every system. O(accounts x rules).</summary>
    public static Correlation Of(ObservedFacts facts)
    {
        var correlation = new Correlation(facts);
        if (facts.Rules.AuthoritySystem is not { } authority)
        {
            return correlation;
        }

        foreach (var account in facts.Nodes.Values.Where(n => n.Id.Kind == NodeKinds.Account))
        {
            if (account.Id.SystemName == authority)
            {
                correlation._bindings.Add(account.Id, new Binding(account.Id, "the authority's own account"));
            }
            else if (account.Find(NodeAttributes.TokenAccount) != "true" && !correlation.Leases.IsLeased(account.Id))
            {
                correlation.Match(account);
            }
        }

        // After the others: who holds a lease is known by then.
        correlation.Leases.Accounts.ForEach(correlation.Lease);
        return correlation;
    }

    private static int Strength(CorrelationRule rule) => rule switch
    {
        CorrelationRule.ByList => 0,
        CorrelationRule.ByKey => 1,
        _ => 2,
    };

    private void Match(Node account)
    {
        var rules = _facts.Rules.Rules.Where(r => r.SystemName == account.Id.SystemName).OrderBy(Strength);
        foreach (var rule in rules)
        {
            if (rule is CorrelationRule.ByAttribute && _facts.Bindings.TryGetValue(account.Id, out var known))
            {
                _bindings.Add(account.Id, new Binding(known, "matched before; a match by attribute is kept"));
                return;
            }

            var (candidates, because) = Candidates(rule, account);
            if (candidates.Count > 0)
            {
                Decide(account, candidates, because);
                return;
            }
        }

        _issues.Add(new(CorrelationIssueKind.UncorrelatedAccount, account.Id, [],
            $"account `{account.Name}` of {account.Id.SystemName} matches no identity"));
    }

    private void Lease(LeasedAccount leased)
    {
        var whose = leased.Holders is [var holder] ? _bindings.GetValueOrDefault(holder)?.AuthorityAccount : null;
        if (whose is null && !leased.IsListed && leased.Holders.Count == 0)
        {
            whose = _facts.Bindings.GetValueOrDefault(leased.Account);
        }

        if (whose is not null)
        {
            _bindings.Add(leased.Account, new Binding(whose, leased.Because));
        }
        else
        {
            var holders = leased.Holders.Count == 0 ? "nobody says who holds it" : $"{leased.Holders.Count} hold it, none a known identity";
            _issues.Add(new(CorrelationIssueKind.UncorrelatedAccount, leased.Account, leased.Holders,
                $"account `{leased.Name}` of {leased.Account.SystemName}: {leased.Because}; {holders}"));
        }

        // Of an account that its system has dropped only sessions are left: the lease did what it promised.
        if (!leased.IsListed && _facts.Nodes.GetValueOrDefault(leased.Account)?.Find(NodeAttributes.Dropped) is null)
        {
            _issues.Add(new(CorrelationIssueKind.OutlivedLease, leased.Account, [],
                $"account `{leased.Name}` of {leased.Account.SystemName} was made by a lease, and no lease that is listed explains it"));
        }
    }

    private void Decide(Node account, List<NodeId> candidates, string because)
    {
        if (candidates.Count == 1)
        {
            _bindings.Add(account.Id, new Binding(candidates[0], because));
        }
        else
        {
            _issues.Add(new(
                CorrelationIssueKind.AmbiguousAccount,
                account.Id,
                candidates,
                $"account `{account.Name}` of {account.Id.SystemName} matches {candidates.Count} identities by {because}"));
        }
    }

    private (List<NodeId> Candidates, string Because) Candidates(CorrelationRule rule, Node account)
    {
        switch (rule)
        {
            case CorrelationRule.ByList list when list.Accounts.TryGetValue(account.Id.RawKey, out var key):
                return (WithKey(key), "an explicit list");
            case CorrelationRule.ByKey byKey when account.Find(byKey.AccountAttribute) is { Length: > 0 } key:
                return (WithKey(key), $"immutable key in `{byKey.AccountAttribute}`");
            case CorrelationRule.ByAttribute by when CorrelationRule.Value(account, by.AccountAttribute) is { Length: > 0 } value:
                var fitting = Index(by.AuthorityAttribute, by.IgnoreCase).GetValueOrDefault(value, []);
                return ([.. fitting.Select(n => n.Id).Order()], $"attribute `{by.AccountAttribute}` = `{by.AuthorityAttribute}`");
            default:
                return ([], string.Empty);
        }
    }

    /// <summary>Finds the authority's account by its key, also one that is gone.</summary>
    private List<NodeId> WithKey(string key)
    {
        var id = NodeId.Of(_facts.Rules.AuthoritySystem!, NodeKinds.Account, key);
        return _facts.Nodes.ContainsKey(id) || _facts.Departed.ContainsKey(id) ? [id] : [];
    }

    private Dictionary<string, List<Node>> Index(string attribute, bool ignoreCase)
    {
        if (_indexes.TryGetValue((attribute, ignoreCase), out var index))
        {
            return index;
        }

        index = new(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var node in _facts.Nodes.Values)
        {
            if (node.Id.Kind == NodeKinds.Account
                && node.Id.SystemName == _facts.Rules.AuthoritySystem
                && CorrelationRule.Value(node, attribute) is { Length: > 0 } value)
            {
                (index.TryGetValue(value, out var fitting) ? fitting : index[value] = []).Add(node);
            }
        }

        return _indexes[(attribute, ignoreCase)] = index;
    }

    /// <summary>Whose an account is.</summary>
    /// <param name="AuthorityAccount">The authority's account, which stands for the identity.</param>
    /// <param name="Because">Why, as evidence: an attribute, a key, a list.</param>
    public sealed record Binding(NodeId AuthorityAccount, string Because);
}
