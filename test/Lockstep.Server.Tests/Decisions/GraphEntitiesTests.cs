using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;
using Lockstep.Graph;
using Lockstep.Server.Decisions;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

public class GraphEntitiesTests
{
    private static readonly DateTimeOffset Noon = SmallWorld.Noon;
    private static readonly NodeId Dana = NodeId.Of("dir", NodeKinds.Identity, "1");
    private static readonly NodeId Account = NodeId.Of("dir", NodeKinds.Account, "1");
    private static readonly NodeId Team = NodeId.Of("dir", NodeKinds.Group, "team");
    private static readonly NodeId Finance = NodeId.Of("dir", NodeKinds.Group, "finance");
    private static readonly NodeId Ledger = NodeId.Of("app", NodeKinds.Resource, "ledger");

    private static readonly Link[] Links =
    [
        SmallWorld.Link(Dana, LinkKind.Represents, Account),
        SmallWorld.Link(Account, LinkKind.MemberOf, Team, validity: new(null, Noon.AddHours(1))),
        SmallWorld.Link(Team, LinkKind.MemberOf, Finance),
        SmallWorld.Link(Dana, LinkKind.Owns, Ledger, validity: new(Noon, null)),
    ];

    [Fact]
    public void A_group_has_its_members_through_accounts_and_nesting_for_as_long_as_the_links_hold()
    {
        var policies = $"permit (principal in Group::\"{Finance}\", action, resource in System::\"app\");";

        Assert.True(Decide(policies, Noon));
        Assert.True(Decide(policies, Noon.AddMinutes(59)));
        Assert.False(Decide(policies, Noon.AddHours(1)));
    }

    [Fact]
    public void One_source_answers_each_instant_for_itself()
    {
        var entities = Entities(NodeState.Active);
        var group = EntityNames.Of(Finance);

        foreach (var (minutes, isMember) in new[] { (0, true), (60, false), (30, true), (61, false), (59, true) })
        {
            Assert.Equal(isMember, entities.At(Noon.AddMinutes(minutes)).IsDescendant(EntityNames.Of(Dana), group));
        }
    }

    [Fact]
    public void A_disabled_account_makes_nobody_a_member() =>
        Assert.False(Decide($"permit (principal in Group::\"{Team}\", action, resource);", Noon, NodeState.Disabled));

    [Fact]
    public void The_owner_is_the_owner_of_now()
    {
        const string Policies = "permit (principal, action, resource) when { resource.owner == principal };";

        Assert.False(Decide(Policies, Noon.AddTicks(-1)));
        Assert.True(Decide(Policies, Noon));
    }

    [Fact]
    public void Attributes_and_tags_are_what_the_node_says()
    {
        const string Policies = """
            permit (principal, action, resource) when {
                principal.name == "dana" && principal.state == "active" && principal.system == "dir" && principal.mail == "d@acme.example"
                && principal.getTag("uid") == "d1" && !principal.hasTag("mobile") && !(principal has owner)
                && principal.createdAt < datetime("2026-01-02") };
            """;

        Assert.True(Decide(Policies, Noon));
    }

    [Fact]
    public void What_names_no_node_is_not_known()
    {
        var entities = Entities(NodeState.Active).At(Noon);

        Assert.False(entities.Contains(new EntityUid("Group", "dir/group/none")));
        Assert.False(entities.Contains(new EntityUid("Group", Account.ToString())));
        Assert.False(entities.Contains(new EntityUid("Photo", "x")));
        Assert.True(entities.Contains(EntityNames.Of(Team)));
    }

    [Fact]
    public void A_decision_asked_again_takes_no_memory()
    {
        var authorizer = new Authorizer(PolicySet.Parse(
            $"permit (principal in Group::\"{Finance}\", action, resource) when {{ resource.owner == principal }};"));
        var (entities, buffer, request) = (Entities(NodeState.Active).At(Noon), new DecisionBuffer(), Request());
        authorizer.Decide(request, entities, buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            authorizer.Decide(request, entities, buffer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(buffer.IsAllowed);
    }

    private static bool Decide(string policies, DateTimeOffset at, NodeState accountState = NodeState.Active)
    {
        var decision = new Authorizer(PolicySet.Parse(policies)).Decide(Request(), Entities(accountState).At(at));
        return decision.IsAllowed;
    }

    private static AuthorizationRequest Request() =>
        new(EntityNames.Of(Dana), new EntityUid(EntityNames.ActionType, "READ"), EntityNames.Of(Ledger), CedarRecord.Empty);

    private static GraphEntities Entities(NodeState accountState)
    {
        var dana = new Node
        {
            Id = Dana,
            Name = "dana",
            Attributes = new Dictionary<string, string>
            {
                ["mail"] = "d@acme.example", ["uid"] = "d1", ["createdAt"] = "2026-01-01T00:00:00Z",
            },
        };
        return new(
            new PlainGraph(Links, id => id == Account ? accountState : NodeState.Active), id => id == Dana ? dana : null);
    }
}
