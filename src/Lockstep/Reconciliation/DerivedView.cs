using Lockstep.Graph;
using Lockstep.Reconciliation.Derivation;

namespace Lockstep.Reconciliation;

/// <summary>What is derived from one set of facts, each part when it is first asked for.</summary>
internal sealed class DerivedView
{
    private readonly Lazy<Derived> _derived;
    private readonly Lazy<Dictionary<NodeId, Node>> _nodes;
    private readonly Lazy<IAccessGraph> _graph;
    private readonly Lazy<IAccessGraph> _graphAsIfActive;
    private readonly Lazy<Dictionary<string, List<NodeId>>> _identitiesByText;
    private readonly Lazy<ResourceNames> _resources;

    internal DerivedView(ObservedFacts observed, GraphFactory graphOf)
    {
        _derived = new(() => Derived.From(observed));
        _nodes = new(() =>
        {
            var nodes = new Dictionary<NodeId, Node>(observed.Nodes);
            foreach (var identity in Derived.Identities)
            {
                nodes[identity.Id] = identity;
            }

            return nodes;
        });
        _graph = new(() => graphOf(Derived.Links, StateOf));
        _graphAsIfActive = new(() => graphOf(Derived.Links, _ => NodeState.Active));
        _identitiesByText = new(IndexIdentities);
        _resources = new(() => new ResourceNames(Nodes.Values));
    }

    internal Derived Derived => _derived.Value;

    internal Dictionary<NodeId, Node> Nodes => _nodes.Value;

    internal IAccessGraph Graph => _graph.Value;

    internal IAccessGraph GraphAsIfActive => _graphAsIfActive.Value;

    internal ResourceNames Resources => _resources.Value;

    internal IReadOnlyList<Node> FindIdentities(string text) =>
        NodeId.TryParse(text, null, out var id) && id.Kind == NodeKinds.Identity && Nodes.TryGetValue(id, out var node)
            ? [node]
            : [.. _identitiesByText.Value.GetValueOrDefault(text, []).Distinct().Order().Select(i => Nodes[i])];

    private NodeState StateOf(NodeId id) => Nodes.TryGetValue(id, out var node) ? node.State : NodeState.Active;

    private Dictionary<string, List<NodeId>> IndexIdentities()
    {
        var index = new Dictionary<string, List<NodeId>>(StringComparer.OrdinalIgnoreCase);
        foreach (var identity in Derived.Identities)
        {
            Add(identity.Name, identity.Id);
            Add(identity.Find(NodeAttributes.Mail), identity.Id);
            Add(identity.Id.RawKey, identity.Id);
        }

        foreach (var link in Derived.Links.Where(l => l.Kind == LinkKind.Represents && l.Source == ObservedFacts.OwnSource))
        {
            Add(link.To.ToString(), link.From);
            Add(Nodes.GetValueOrDefault(link.To)?.Name, link.From);
        }

        return index;

        void Add(string? text, NodeId identity)
        {
            if (!string.IsNullOrEmpty(text))
            {
                (index.TryGetValue(text, out var found) ? found : index[text] = []).Add(identity);
            }
        }
    }
}
