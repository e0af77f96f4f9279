using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>Builds the engine of a graph; <see cref="PlainGraph"/> unless something faster is plugged in.</summary>
/// <param name="links">All links, each <see cref="Link.Key"/> once.</param>
/// <param name="stateOf">The state of a node; Active for one that nobody reports.</param>
public delegate IAccessGraph GraphFactory(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf);
