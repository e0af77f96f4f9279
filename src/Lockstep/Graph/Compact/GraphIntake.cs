namespace Lockstep.Graph.Compact;

/// <summary>Takes in a graph by number: each name and each evidence once, then links of 12 bytes.</summary>
/// <remarks>Numbers are only good for the build that gave them.</remarks>
/// <threadsafety>For one thread, and only until the build's callback returns.</threadsafety>
public sealed class GraphIntake
{
    private readonly NodeTable _nodes;
    private readonly PermitTable _permits;
    private readonly EvidenceTable _evidence;
    private readonly NodeStates _states;
    private readonly StagedLinks _staged;

    internal GraphIntake(NodeTable nodes, PermitTable permits, EvidenceTable evidence, NodeStates states, StagedLinks staged) =>
        (_nodes, _permits, _evidence, _states, _staged) = (nodes, permits, evidence, states, staged);

    /// <summary>Gives a node's number; the same for the same id.</summary>
    public int Node(NodeId id) => _nodes.Intern(id);

    /// <summary>Gives a node's number by its written id as UTF-8 text, which must be one that <see cref="NodeId"/> reads.</summary>
    public int Node(ReadOnlySpan<byte> writtenId) => _nodes.Intern(writtenId);

    /// <summary>Gives the number of what links have in common: who says so, what was answered, how it is enforced.</summary>
    public int Evidence(string source, string text, Enforcement enforcement, string? condition = null) =>
        _evidence.Intern(new LinkEvidence(source, text, enforcement, condition));

    /// <summary>Adds a link.</summary>
    /// <param name="from">The number of who gives access.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="to">The number of what is given.</param>
    /// <param name="action">The action, for <see cref="LinkKind.Permits"/> only.</param>
    /// <param name="evidence">The number of its evidence.</param>
    /// <param name="validity">When it holds.</param>
    public void Add(int from, LinkKind kind, int to, string? action, int evidence, Validity validity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)from, (uint)_nodes.Count, nameof(from));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)to, (uint)_nodes.Count, nameof(to));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)evidence, (uint)_evidence.Count, nameof(evidence));
        var target = kind switch
        {
            LinkKind.Permits => action ?? throw new ArgumentNullException(nameof(action)),
            LinkKind.Reads => AccessTarget.Read,
            _ => null,
        };
        var word = target is null ? (uint)to : (uint)_permits.Intern(to, target) | PermitTable.Bit;
        _staged.Add(
            (uint)from,
            word,
            LinkMeta.Pack((int)kind, evidence, validity != Validity.Always),
            Ticks.From(validity),
            Ticks.Until(validity));
    }

    /// <summary>Adds a link with names.</summary>
    public void Add(Link link)
    {
        var (from, to, meta) = Encode(link, _nodes, _permits, _evidence);
        _staged.Add(from, to, meta, Ticks.From(link.Validity), Ticks.Until(link.Validity));
    }

    /// <summary>Says a node's state; nodes of which nothing is said are active.</summary>
    public void SetState(int node, NodeState state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)node, (uint)_nodes.Count, nameof(node));
        _states.Set((uint)node, state, 0);
    }

    internal static (uint From, uint To, uint Meta) Encode(Link link, NodeTable nodes, PermitTable permits, EvidenceTable evidence)
    {
        var from = (uint)nodes.Intern(link.From);
        var node = nodes.Intern(link.To);
        var to = AccessTarget.Of(link) is { } target ? (uint)permits.Intern(node, target.Action) | PermitTable.Bit : (uint)node;
        var key = evidence.Intern(new LinkEvidence(link.Source, link.Evidence, link.Enforcement, link.Condition));
        return (from, to, LinkMeta.Pack((int)link.Kind, key, link.Validity != Validity.Always));
    }
}
