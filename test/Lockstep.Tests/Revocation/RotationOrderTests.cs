using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Revocation;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Ledger;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Tests.Revocation;

/// <summary>
/// Dana reads a secret with the password of a service, and the service reads a secret with a database password. Whoever knows the first
/// could fetch the second's new value with it, so the first is rotated before.
/// </summary>
public sealed class RotationOrderTests : IDisposable
{
    private static readonly NodeId Dana = NodeId.Of("dir", NodeKinds.Identity, "dana");
    private static readonly NodeId Service = NodeId.Of("cloud", NodeKinds.Account, "service");
    private static readonly NodeId First = NodeId.Of("vault", NodeKinds.Secret, "first");
    private static readonly NodeId Second = NodeId.Of("vault", NodeKinds.Secret, "second");
    private static readonly NodeId ServicePassword = NodeId.Of("cloud", NodeKinds.Credential, "service-password");
    private static readonly NodeId DatabasePassword = NodeId.Of("db", NodeKinds.Credential, "app-password");

    private readonly ManualTimeProvider _time = new(CaseSimulation.Start);
    private readonly MemoryLedger _ledger;

    public RotationOrderTests() => _ledger = new(_time);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task A_value_that_opens_the_reader_of_another_is_rotated_before_it()
    {
        var world = World();

        var (view, _) = await CaseSimulation.RunAsync(world, _ledger, _time, Dana);

        Assert.Equal(CaseState.Verified, view.State);
        var (service, database) = (Rotation(view, ServicePassword), Rotation(view, DatabasePassword));
        Assert.Equal((StepState.Verified, StepState.Verified), (service.State, database.State));
        Assert.True(service.ProvenAt <= database.RequestedAt, "the service's password must be dead first");
        Assert.True(database.RequestedAt - service.ProvenAt >= TimeSpan.FromSeconds(20), "the vault's cache must have run out in between");
        Assert.True(world.Systems["db"].Accepts(DatabasePassword, world.Systems["vault"].Current(Second)));
    }

    /// <summary>
    /// The service reads the secret that holds its own password: whoever knows the old value would fetch the new one with it.
    /// </summary>
    [Fact]
    public async Task A_value_that_opens_its_own_reader_is_left_with_the_reason()
    {
        var world = World(Link("vault", NodeId.Of("cloud", NodeKinds.Role, "service-reader"), LinkKind.Reads, First));

        var (view, _) = await CaseSimulation.RunAsync(world, _ledger, _time, Dana);

        Assert.Equal(CaseState.Residual, view.State);
        var service = Rotation(view, ServicePassword);
        Assert.Equal(StepState.Residual, service.State);
        Assert.Contains("would be handed the new value", service.Evidence[^1], StringComparison.Ordinal);
        Assert.Equal(0, world.Systems["vault"].VersionsStored);
    }

    private static CaseStepView Rotation(CaseView view, NodeId credential) =>
        Assert.Single(view.Steps, s => s.Plan.Cut is { Kind: CutKind.RotateCredential } cut && cut.Target == credential);

    private static Link Link(string source, NodeId from, LinkKind kind, NodeId to, Enforcement enforcement = default) =>
        SmallWorld.Link(from, kind, to, kind == LinkKind.Permits ? "SELECT" : null, enforcement: enforcement, source: source);

    private MadeWorld World(params Link[] more)
    {
        var cached = Enforcement.Cached(TimeSpan.FromSeconds(20));
        var (user, app) = (NodeId.Of("cloud", NodeKinds.Account, "dana"), NodeId.Of("db", NodeKinds.Account, "app"));
        var (observer, reader) = (NodeId.Of("cloud", NodeKinds.Role, "observer"), NodeId.Of("cloud", NodeKinds.Role, "service-reader"));
        Link[] links =
        [
            Link("lockstep", Dana, LinkKind.Represents, user), Link("cloud", user, LinkKind.Assumes, observer),
            Link("vault", observer, LinkKind.Reads, First, cached), Link("lockstep", First, LinkKind.Contains, ServicePassword),
            Link("cloud", ServicePassword, LinkKind.AuthenticatesAs, Service), Link("cloud", Service, LinkKind.Assumes, reader),
            Link("vault", reader, LinkKind.Reads, Second, cached), Link("lockstep", Second, LinkKind.Contains, DatabasePassword),
            Link("db", DatabasePassword, LinkKind.AuthenticatesAs, app),
            Link("db", app, LinkKind.Permits, NodeId.Of("db", NodeKinds.Resource, "payments")),
            Link("lockstep", NodeId.Of("dir", NodeKinds.Identity, "service"), LinkKind.Represents, Service),
            .. more,
        ];
        var world = new MadeWorld(links, _time, "dir", "cloud", "vault", "db");
        world.Systems["vault"].SetSecret(First, "old-service");
        world.Systems["vault"].SetSecret(Second, "old-db");
        world.Systems["cloud"].SetCredential(ServicePassword, "old-service");
        world.Systems["db"].SetCredential(DatabasePassword, "old-db");
        return world;
    }
}
