using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>The identities behind the authority's accounts, and what they hold through any account.</summary>
internal sealed class Identities
{
    private readonly Dictionary<NodeId, NodeId> _identityOf = [];
    private readonly List<Node> _nodes = [];
    private readonly List<Link> _represents = [];

    internal Identities(ObservedFacts facts, Correlation correlation)
    {
        if (facts.Rules.AuthoritySystem is not { } authority)
        {
            return;
        }

        var present = facts.Nodes.Values.Where(n => n.Id.Kind == NodeKinds.Account && n.Id.SystemName == authority);
        _nodes.AddRange(present.Select(n => IdentityOf(facts, n, n.State == NodeState.Active ? NodeState.Active : NodeState.Ended)));
        _nodes.AddRange(facts.Departed.Values.Select(n => IdentityOf(facts, n, NodeState.Ended)));
        foreach (var (account, whose) in facts.Bindings)
        {
            _identityOf[account] = Id(whose);
        }

        foreach (var (account, binding) in correlation.Bindings)
        {
            _identityOf[account] = Id(binding.AuthorityAccount);
            _represents.Add(Own(Id(binding.AuthorityAccount), LinkKind.Represents, account, $"the same by {binding.Because}"));
        }
    }

    internal IReadOnlyList<Node> Nodes => _nodes;

    internal IReadOnlyList<Link> Represents => _represents;

    /// <summary>Names the identity behind an account of the authority.</summary>
    internal static NodeId Id(NodeId authorityAccount) =>
        NodeId.Parse($"{authorityAccount.SystemName}/{NodeKinds.Identity}/{authorityAccount.Key}");

    /// <summary>
    /// Lifts what an account holds, has read and owns to its identity: the account may be disabled or gone while its session is open,
    /// its credential works and its owner must still answer.
    /// </summary>
    internal IEnumerable<Link> Lift(IEnumerable<Link> observed)
    {
        foreach (var link in observed.Where(l => l.Kind is LinkKind.Holds or LinkKind.HasRead or LinkKind.Owns))
        {
            if (_identityOf.TryGetValue(link.From, out var identity))
            {
                var to = link.Kind == LinkKind.Owns && _identityOf.TryGetValue(link.To, out var owned) ? owned : link.To;
                yield return link with
                {
                    From = identity,
                    To = to,
                    Source = ObservedFacts.OwnSource,
                    Evidence = Short($"{link.From} {link.Kind.Word} it: {link.Evidence}"),
                };
            }
        }
    }

    internal static string Short(string evidence) => evidence.Length <= 512 ? evidence : string.Concat(evidence.AsSpan(0, 509), "...");

    internal static Link Own(NodeId from, LinkKind kind, NodeId to, string evidence) => new()
    {
        From = from,
        Kind = kind,
        To = to,
        Validity = Validity.Always,
        Enforcement = Enforcement.Online,
        Source = ObservedFacts.OwnSource,
        Evidence = Short(evidence),
    };

    private static Node IdentityOf(ObservedFacts facts, Node account, NodeState state)
    {
        var attributes = new Dictionary<string, string>(account.Attributes, StringComparer.Ordinal);
        attributes.TryAdd(NodeAttributes.IdentityKind, "human");
        if (state == NodeState.Ended && facts.EndedAt.TryGetValue(account.Id, out var endedAt))
        {
            attributes[NodeAttributes.EndedAt] = endedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        }

        return account with { Id = Id(account.Id), State = state, Attributes = attributes };
    }
}
