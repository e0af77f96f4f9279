using Lockstep.Graph;
using Lockstep.Reconciliation.Derivation;

namespace Lockstep.Reconciliation;

/// <summary>Brings together what all sources say.</summary>
internal static class ObservedNodes
{
    /// <summary>
    /// A node is as its own system reports it; attributes that we found out ourselves are added. What another source says of a node
    /// counts only while the node's own system is silent, by the first source in alphabetical order.
    /// </summary>
    internal static ObservedFacts Collect(
        IReadOnlyCollection<SystemFacts> systems,
        IReadOnlyDictionary<NodeId, Node> departed,
        IReadOnlyDictionary<NodeId, NodeId> bindings,
        IReadOnlyDictionary<NodeId, DateTimeOffset> endedAt,
        CorrelationRules rules)
    {
        var (nodes, links, found) = (new Dictionary<NodeId, Node>(), new List<Link>(), new List<Node>());
        foreach (var fact in systems.SelectMany(s => s.Facts.Values))
        {
            switch (fact)
            {
                case Fact.OfLink link:
                    links.Add(link.Link);
                    break;
                case Fact.OfNode { Source: ObservedFacts.OwnSource } own:
                    found.Add(own.Node);
                    break;
                case Fact.OfNode node when node.Source == node.Node.Id.SystemName:
                    nodes[node.Node.Id] = node.Node;
                    break;
                case Fact.OfNode node:
                    nodes.TryAdd(node.Node.Id, node.Node);
                    break;
            }
        }

        AddFound(nodes, found);
        links.RemoveAll(l => l.Source == ObservedFacts.OwnSource && !(nodes.ContainsKey(l.From) && nodes.ContainsKey(l.To)));
        return new ObservedFacts
        {
            Nodes = nodes,
            Links = links,
            SystemKinds = systems.ToDictionary(s => s.Name, s => s.Coverage.SystemKind, StringComparer.Ordinal),
            Departed = new Dictionary<NodeId, Node>(departed),
            EndedAt = new Dictionary<NodeId, DateTimeOffset>(endedAt),
            Bindings = new Dictionary<NodeId, NodeId>(bindings),
            Rules = rules,
        };
    }

    private static void AddFound(Dictionary<NodeId, Node> nodes, List<Node> found)
    {
        foreach (var own in found)
        {
            if (nodes.TryGetValue(own.Id, out var node))
            {
                var attributes = new Dictionary<string, string>(own.Attributes, StringComparer.Ordinal);
                foreach (var (attribute, value) in node.Attributes)
                {
                    attributes[attribute] = value;
                }

                nodes[own.Id] = node with { Attributes = attributes };
            }
        }
    }
}
