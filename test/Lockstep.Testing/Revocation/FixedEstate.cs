using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Testing.Revocation;

/// <summary>An estate of given nodes and links, all systems completely observed unless said otherwise.</summary>
public sealed class FixedEstate(IReadOnlyList<Node> nodes, IReadOnlyList<Link> links, IReadOnlyList<SystemCoverage> systems) : IEstate
{
    private readonly Dictionary<NodeId, Node> _nodes = nodes.ToDictionary(n => n.Id);

    public long LedgerSize => 0;

    public IAccessGraph Graph => field ??= new PlainGraph(links, id => Find(id)?.State ?? NodeState.Active);

    public IAccessGraph GraphAsIfActive => field ??= new PlainGraph(links, _ => NodeState.Active);

    public IReadOnlyList<CorrelationIssue> Issues => [];

    public IReadOnlyList<SystemCoverage> Systems => systems;

    public IEnumerable<Link> Links => links;

    public Node? Find(NodeId id) => _nodes.GetValueOrDefault(id);

    public IReadOnlyList<Node> FindIdentities(string text) => [.. NodesOf(NodeKinds.Identity).Where(n => n.Name == text)];

    public IReadOnlyDictionary<string, IReadOnlyList<CanaryMeasured>> Canaries { get; init; } =
        new Dictionary<string, IReadOnlyList<CanaryMeasured>>();

    public IReadOnlyDictionary<string, WitnessStanding> Witnesses { get; init; } = new Dictionary<string, WitnessStanding>();

    public IReadOnlyList<Node> FindResources(string text) => new ResourceNames(nodes).Find(text);

    public IEnumerable<Node> NodesOf(string? kind) => nodes.Where(n => kind is null || n.Id.Kind == kind);
}
