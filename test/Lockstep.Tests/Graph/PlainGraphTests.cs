using Lockstep.Graph;
using Lockstep.Testing.Graph;

namespace Lockstep.Tests.Graph;

public sealed class PlainGraphTests : AccessGraphContract
{
    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf) => new PlainGraph(links, stateOf);
}
