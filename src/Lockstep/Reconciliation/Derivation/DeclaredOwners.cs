using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>Who answers for a node as its own metadata declares it: <see cref="NodeAttributes.Owner"/>.</summary>
internal sealed class DeclaredOwners
{
    private static readonly string[] Attributes = [NodeAttributes.EmployeeNumber, NodeAttributes.Mail, "uid", NodeMatch.NameAttribute];

    private readonly List<Link> _links = [];
    private readonly List<CorrelationIssue> _issues = [];

    internal DeclaredOwners(ObservedFacts facts)
    {
        if (facts.Rules.AuthoritySystem is not { } authority)
        {
            return;
        }

        var declaring = facts.Nodes.Values
            .Where(n => n.Id.SystemName != authority && !string.IsNullOrEmpty(n.Find(NodeAttributes.Owner))).ToList();
        var people = declaring.Count == 0 ? [] : facts.Nodes.Values.Concat(facts.Departed.Values)
            .Where(n => n.Id.Kind == NodeKinds.Account && n.Id.SystemName == authority).ToList();
        var byAttribute = Attributes.Select(a => people
            .Where(p => !string.IsNullOrEmpty(CorrelationRule.Value(p, a)))
            .ToLookup(p => CorrelationRule.Value(p, a)!, StringComparer.OrdinalIgnoreCase)).ToList();
        foreach (var node in declaring)
        {
            Own(node, node.Find(NodeAttributes.Owner)!, byAttribute);
        }
    }

    internal IReadOnlyList<Link> Links => _links;

    internal IReadOnlyList<CorrelationIssue> Issues => _issues;

    private void Own(Node node, string named, List<ILookup<string, Node>> people)
    {
        var fitting = people.Select(p => p[named].ToList()).FirstOrDefault(found => found.Count > 0) ?? [];
        if (fitting.Count == 1)
        {
            _links.Add(Identities.Own(
                Identities.Id(fitting[0].Id), LinkKind.Owns, node.Id, $"declared: metadata of {node.Id} names the owner `{named}`"));
        }
        else
        {
            _issues.Add(new(
                CorrelationIssueKind.UnmatchedOwner,
                node.Id,
                [.. fitting.Select(p => p.Id).Order()],
                $"`{node.Name}` in {node.Id.SystemName} names the owner `{named}`, who matches {fitting.Count} identities"));
        }
    }
}
