using Lockstep.Graph;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class DenialBoundTests
{
    private static readonly DateTimeOffset Noon = SmallWorld.Noon;

    [Fact]
    public void What_is_checked_at_each_use_ends_at_the_next() =>
        Assert.Equal(Noon, DenialBound.Of(Chain(Enforcement.Online, Enforcement.Online)).EndFor(Noon));

    [Fact]
    public void Caches_add_up() =>
        Assert.Equal(Noon.AddSeconds(90), DenialBound.Of(Chain(Cached(60), Enforcement.Online, Cached(30))).EndFor(Noon));

    [Fact]
    public void A_connection_lasts_until_it_is_ended()
    {
        var bound = DenialBound.Of(Chain(Cached(60), Enforcement.Connection));
        Assert.Equal("lab/role/r1", Assert.IsType<DenialBound.UntilEnded>(bound).Connection.ToString());
        Assert.Null(bound.EndFor(Noon));
    }

    [Fact]
    public void What_is_never_checked_lasts_until_it_expires_and_for_ever_if_it_does_not()
    {
        var chain = Chain(Enforcement.ExpiryOnly, Cached(60));
        Assert.IsType<DenialBound.Never>(DenialBound.Of(chain));

        var expiring = new Chain([chain.Links[0] with { Validity = new Validity(null, Noon.AddHours(8)) }, chain.Links[1]]);
        Assert.Equal(Noon.AddHours(8).AddSeconds(60), DenialBound.Of(expiring).EndFor(Noon));
    }

    private static Enforcement Cached(int seconds) => Enforcement.Cached(TimeSpan.FromSeconds(seconds));

    private static Chain Chain(params Enforcement[] modes) => new(
    [
        .. modes.Select((mode, i) => SmallWorld.Link(
            SmallWorld.Id(NodeKinds.Role, i), LinkKind.Permits, SmallWorld.Id(NodeKinds.Role, i + 1), "use", enforcement: mode)),
    ]);
}
