using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Revocation;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Tests.Revocation;

/// <summary>What a plan says outlives its cuts, by the rows of the atlas.</summary>
public sealed class AtlasReadingTests
{
    private static readonly DateTimeOffset Noon = SmallWorld.Noon;
    private static readonly NodeId Subject = SmallWorld.Id(NodeKinds.Identity, 0);
    private static readonly NodeId Account = SmallWorld.Id(NodeKinds.Account, 1);
    private static readonly NodeId Session = SmallWorld.Id(NodeKinds.Session, 1);

    [Fact]
    public void An_open_session_is_ended_by_the_later_step_that_ends_it_and_the_bound_stands()
    {
        var plan = PlanOf(
            [Row("open", CutKind.DisableAccount, NodeKinds.Account, SurvivalEnd.Connection) with { EndedWith = CutKind.EndSession }],
            (CutKind.DisableAccount, NodeKinds.Account), (CutKind.EndSession, NodeKinds.Session));

        var (disabling, ending) = (Step(plan, CutKind.DisableAccount), Step(plan, CutKind.EndSession));
        var survivor = Assert.Single(disabling.Outlives);
        Assert.Equal([ending.Index], survivor.EndedBySteps);
        Assert.True(survivor.IsEnded && ending.Index > disabling.Index);
        Assert.Equal(TimeSpan.Zero, disabling.DenialBound);
        Assert.Empty(ending.Outlives);
    }

    [Fact]
    public void Where_no_step_ends_an_open_session_the_step_promises_no_bound()
    {
        var row = Row("open", CutKind.DisableAccount, NodeKinds.Account, SurvivalEnd.Connection) with { EndedWith = CutKind.EndSession };

        var disabling = Step(PlanOf([row], (CutKind.DisableAccount, NodeKinds.Account)), CutKind.DisableAccount);

        Assert.Null(disabling.DenialBound);
        Assert.False(Assert.Single(disabling.Outlives).IsEnded);
        Assert.Equal("row says how", SurvivorText.EndedBy(disabling.Outlives[0], row));
        Assert.Equal("the connection is ended", SurvivorText.Until(disabling.Outlives[0]));
    }

    [Fact]
    public void What_is_ended_in_the_step_that_comes_before_is_no_end_of_a_connection_but_one_of_another_way()
    {
        SurvivalRow[] rows =
        [
            Row("again", CutKind.EndSession, NodeKinds.Session, SurvivalEnd.Never) with { EndedWith = CutKind.DisableAccount },
            Row("open", CutKind.EndSession, NodeKinds.Session, SurvivalEnd.Connection) with { EndedWith = CutKind.DisableAccount },
        ];

        var plan = PlanOf(rows, (CutKind.DisableAccount, NodeKinds.Account), (CutKind.EndSession, NodeKinds.Session));

        var outlives = Step(plan, CutKind.EndSession).Outlives;
        Assert.Equal([Step(plan, CutKind.DisableAccount).Index], outlives.Single(o => o.Row == "again").EndedBySteps);
        Assert.False(outlives.Single(o => o.Row == "open").IsEnded);
    }

    [Fact]
    public void A_cache_and_an_expiry_come_with_their_clocks_and_a_refusal_is_no_survivor()
    {
        SurvivalRow[] rows =
        [
            Row("cache", CutKind.DisableAccount, NodeKinds.Account, SurvivalEnd.Cache),
            Row("none", CutKind.DisableAccount, NodeKinds.Account, SurvivalEnd.Refused),
            Row("expiry", CutKind.RevokeCredential, NodeKinds.Credential, SurvivalEnd.Expiry),
            Row("self", CutKind.RevokeCredential, NodeKinds.Credential, SurvivalEnd.Never) with { IsEndedByItself = true },
        ];

        var plan = PlanOf(rows, (CutKind.DisableAccount, NodeKinds.Account), (CutKind.RevokeCredential, NodeKinds.Credential));

        var cached = Assert.Single(Step(plan, CutKind.DisableAccount).Outlives);
        Assert.Equal(TimeSpan.FromSeconds(20), cached.CachedFor);
        var revoked = Step(plan, CutKind.RevokeCredential);
        Assert.Equal(Noon.AddHours(8), revoked.Outlives.Single(o => o.Row == "expiry").ExpiresAt);
        Assert.True(revoked.Outlives.Single(o => o.Row == "self").IsEnded);
        Assert.Equal(["expiry", "self"], revoked.Atlas);
        Assert.Equal(TimeSpan.Zero, revoked.DenialBound);
    }

    private static PlannedStep Step(CasePlan plan, CutKind kind) => plan.Steps.Single(s => s.Cut!.Kind == kind);

    private static SurvivalRow Row(string id, CutKind cut, string nodeKind, SurvivalEnd until) => new()
    {
        Id = id, Cut = cut, NodeKind = nodeKind, Survivor = "it", Until = until, EndedBy = "row says how", ProbedBy = "a try",
        SeenOn = ["a version"],
    };

    private static CasePlan PlanOf(IReadOnlyList<SurvivalRow> rows, params (CutKind Kind, string Node)[] cuts)
    {
        var (token, role) = (SmallWorld.Id(NodeKinds.Credential, 1), SmallWorld.Id(NodeKinds.Role, 1));
        Link[] links =
        [
            SmallWorld.Link(Subject, LinkKind.Represents, Account), SmallWorld.Link(Account, LinkKind.Holds, Session),
            SmallWorld.Link(Session, LinkKind.AuthenticatesAs, Account, enforcement: Enforcement.Connection),
            SmallWorld.Link(Account, LinkKind.Holds, token), SmallWorld.Link(token, LinkKind.AuthenticatesAs, Account),
            SmallWorld.Link(Account, LinkKind.Assumes, role, enforcement: Enforcement.Cached(TimeSpan.FromSeconds(20))),
            SmallWorld.Link(role, LinkKind.Permits, SmallWorld.Id(NodeKinds.Resource, 1), "read"),
        ];
        Node[] nodes =
        [
            new()
            {
                Id = token, Name = "token", State = NodeState.Active,
                Attributes = new Dictionary<string, string> { [NodeAttributes.ExpiresAt] = Noon.AddHours(8).ToString("O") },
            },
        ];
        var capabilities = cuts.Select(c => new CutCapability(c.Kind, c.Node, null, ProofKind.Listing, Enforcement.Online, null));
        var system = new SystemCapabilities("lab", "test", [.. capabilities], false, false) { Survivors = rows };
        return new CasePlanner(new Dictionary<string, SystemCapabilities> { ["lab"] = system }).Plan(
            new FixedEstate(nodes, links, []), Subject, Noon);
    }
}
