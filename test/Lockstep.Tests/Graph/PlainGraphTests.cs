using Lockstep.Graph;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class PlainGraphTests : AccessGraphContract
{
    protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf) => new PlainGraph(links, stateOf);

    [Fact]
    public void The_contract_catches_an_engine_that_forgets_the_states() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => new ForgetsStates().Every_small_estate_is_answered_as_by_trying_everything());

    [Fact]
    public void The_contract_catches_an_engine_that_follows_links_after_their_end() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => new ForgetsValidity().Every_small_estate_is_answered_as_by_trying_everything());

    private sealed class ForgetsStates : AccessGraphContract
    {
        protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf) =>
            new PlainGraph(links, _ => NodeState.Active);
    }

    private sealed class ForgetsValidity : AccessGraphContract
    {
        protected override IAccessGraph Build(IEnumerable<Link> links, Func<NodeId, NodeState> stateOf) =>
            new PlainGraph(links.Select(l => l with { Validity = Validity.Always }), stateOf);
    }
}
