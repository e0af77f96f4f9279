using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Reconciliation;
using Xunit;

namespace Lockstep.Tests.Reconciliation;

public sealed class EstateTests
{
    private static readonly CorrelationRules Rules = new()
    {
        AuthoritySystem = "ldap",
        Rules = [new CorrelationRule.ByAttribute("pg", "name", "uid"), new CorrelationRule.ByKey("cloud", "externalId")],
    };

    private static readonly ConnectorError Forbidden = new("LS2002", ConnectorErrorKind.Forbidden, "no right to list it");

    private readonly FoldedLab _lab = new(Rules);

    [Fact]
    public void An_identity_reaches_through_the_accounts_of_other_systems()
    {
        ObserveDana();

        var dana = Assert.Single(_lab.Estate.FindIdentities("dana"));
        var chain = Assert.Single(_lab.Estate.Graph.AccessOf(dana.Id, FoldedLab.Start, QueryLimits.Default, default).Value);
        Assert.Equal("ldap/identity/k1", dana.Id.ToString());
        Assert.Equal("pg/resource/payments", chain.Target.Resource.ToString());
        Assert.Equal(["represents", "permits"], chain.Links.Select(l => l.Kind.Word));
    }

    [Fact]
    public void A_second_look_that_shows_the_same_writes_nothing()
    {
        ObserveDana();
        Assert.Empty(_lab.Observe("ldap", FoldedLab.Seen(Dana())));
    }

    [Fact]
    public void What_a_full_listing_no_longer_shows_is_gone()
    {
        ObserveDana();
        _lab.Observe("pg", FoldedLab.Seen(DanaRole()));

        var dana = Assert.Single(_lab.Estate.FindIdentities("dana"));
        Assert.Empty(_lab.Estate.Graph.AccessOf(dana.Id, FoldedLab.Start, QueryLimits.Default, default).Value);
    }

    [Fact]
    public void Nothing_is_gone_because_a_listing_broke_off()
    {
        ObserveDana();
        var changes = _lab.Run("pg", FoldedLab.Seen(DanaRole(), "roles"));

        Assert.Empty(changes);
        var coverage = _lab.Estate.Systems.Single(s => s.SystemName == "pg");
        Assert.Equal("LS2001", coverage.LastError?.Code);
        Assert.Equal(FoldedLab.Start, coverage.ObservedAt);
        Assert.Equal(2, coverage.FactCount);
    }

    [Theory]
    [InlineData("grants:payments", true)]
    [InlineData("grants:*", true)]
    [InlineData("grants:pay", false)]
    [InlineData("roles*", false)]
    public void Nothing_is_gone_from_a_scope_that_was_not_covered(string gap, bool isKept)
    {
        ObserveDana();
        _lab.Run("pg", FoldedLab.Seen(DanaRole()), new Observation.NotCovered(gap, Forbidden), new Observation.Complete(true, "c2"));

        Assert.Equal(isKept, _lab.Estate.Links.Any(l => l.Kind == LinkKind.Permits));
        Assert.Equal(gap, Assert.Single(_lab.Estate.Systems.Single(s => s.SystemName == "pg").Gaps).Scope);
        Assert.Null(_lab.Estate.CursorOf("pg"));
    }

    [Fact]
    public void Changes_alone_take_away_only_what_they_name()
    {
        ObserveDana();
        _lab.Run("pg", new Observation.Complete(IsFull: false, "c2"));
        Assert.Contains(_lab.Estate.Links, l => l.Kind == LinkKind.Permits);

        _lab.Run("pg", new Observation.Gone(new FactKey.OfLink(Payments().Key)), new Observation.Complete(IsFull: false, "c3"));
        Assert.DoesNotContain(_lab.Estate.Links, l => l.Kind == LinkKind.Permits);
        Assert.Equal("c3", _lab.Estate.CursorOf("pg"));
    }

    [Fact]
    public void A_system_that_was_never_observed_is_unknown_and_not_empty()
    {
        _lab.Run("pg");
        Assert.Null(Assert.Single(_lab.Estate.Systems).ObservedAt);
    }

    [Fact]
    public void A_recycled_name_inherits_nothing()
    {
        ObserveDana();
        var newcomer = FoldedLab.Node("ldap", NodeKinds.Account, "k2", "Dana Newcomer", attributes: ("uid", "dana"));
        _lab.Observe("ldap", FoldedLab.Seen(newcomer));

        var estate = _lab.Estate;
        Assert.Empty(estate.Graph.AccessOf(NodeId.Parse("ldap/identity/k2"), FoldedLab.Start, QueryLimits.Default, default).Value);
        Assert.Single(estate.Graph.AccessOf(NodeId.Parse("ldap/identity/k1"), FoldedLab.Start, QueryLimits.Default, default).Value);
        Assert.Equal(NodeState.Ended, estate.Find(NodeId.Parse("ldap/identity/k1"))?.State);
    }

    [Fact]
    public void Two_identities_with_one_name_are_ambiguous_and_get_no_link()
    {
        _lab.Observe("ldap", FoldedLab.Seen(Dana()),
            FoldedLab.Seen(FoldedLab.Node("ldap", NodeKinds.Account, "k2", attributes: ("uid", "dana"))));
        _lab.Observe("pg", FoldedLab.Seen(DanaRole()));

        var issue = Assert.Single(_lab.Estate.Issues);
        Assert.Equal(CorrelationIssueKind.AmbiguousAccount, issue.Kind);
        Assert.Equal(2, issue.Candidates.Count);
        Assert.DoesNotContain(_lab.Estate.Links, l => l.To == DanaRole().Id);
    }

    [Fact]
    public void A_disabled_account_does_not_hide_an_open_session()
    {
        _lab.Observe("ldap", FoldedLab.Seen(Dana() with { State = NodeState.Disabled }));
        var session = FoldedLab.Node("pg", NodeKinds.Session, "pid-7");
        _lab.Observe(
            "pg",
            FoldedLab.Seen(DanaRole() with { State = NodeState.Disabled }),
            FoldedLab.Seen(session),
            FoldedLab.Seen(SmallWorld.Link(DanaRole().Id, LinkKind.Holds, session.Id, source: "pg")),
            FoldedLab.Seen(SmallWorld.Link(
                session.Id, LinkKind.AuthenticatesAs, DanaRole().Id, enforcement: Enforcement.Connection, source: "pg")),
            FoldedLab.Seen(Payments()));

        var chain = Assert.Single(
            _lab.Estate.Graph.AccessOf(NodeId.Parse("ldap/identity/k1"), FoldedLab.Start, QueryLimits.Default, default).Value);
        Assert.Equal(["holds", "authenticatesAs", "permits"], chain.Links.Select(l => l.Kind.Word));
    }

    [Fact]
    public void Replaying_the_entries_gives_the_same_estate_wherever_it_was_built_in_between()
    {
        ObserveDana();
        _lab.Observe("ldap", FoldedLab.Seen(FoldedLab.Node("ldap", NodeKinds.Account, "k2", attributes: ("uid", "dana"))));
        var (once, often) = (new EstateBuilder(Rules), new EstateBuilder(Rules));
        foreach (var entry in _lab.Entries)
        {
            once.Apply(entry);
            often.Apply(entry);
            _ = often.Build().Links.Count();
        }

        Assert.Equal(Written(_lab.Estate), Written(once.Build()));
        Assert.Equal(Written(_lab.Estate), Written(often.Build()));
    }

    [Fact]
    public void A_version_does_not_change_when_later_entries_are_folded()
    {
        ObserveDana();
        var (before, written) = (_lab.Estate, Written(_lab.Estate));
        _lab.Observe("pg");

        Assert.Equal(written, Written(before));
        Assert.NotEqual(written, Written(_lab.Estate));
    }

    [Fact]
    public void A_large_observation_is_written_in_entries_that_the_ledger_takes()
    {
        var many = Enumerable.Range(0, 3000)
            .Select(i => FoldedLab.Seen(FoldedLab.Node("ldap", NodeKinds.Account, $"k{i}", attributes: ("note", new string('ü', 2000)))));
        _lab.Observe("ldap", [.. many]);

        Assert.All(_lab.Entries, e => Assert.True(e.Bytes.Length <= ObservationEntries.PayloadBytesMax));
        Assert.True(_lab.Entries.Count > 10);
        Assert.Equal(3000, _lab.Estate.NodesOf(NodeKinds.Account).Count());
    }

    private static Node Dana() => FoldedLab.Node("ldap", NodeKinds.Account, "k1", "Dana", attributes: ("uid", "dana"));

    private static Node DanaRole() => FoldedLab.Node("pg", NodeKinds.Account, "16401", "dana");

    private static Link Payments() =>
        SmallWorld.Link(DanaRole().Id, LinkKind.Permits, NodeId.Of("pg", NodeKinds.Resource, "payments"), "SELECT", source: "pg");

    private static string Written(Estate estate) =>
        string.Join('\n', estate.Links.Select(l => l.ToString()).Concat(
            estate.NodesOf(null).Select(n => $"{n.Id} {n.Name} {n.State}")).Order(StringComparer.Ordinal));

    private void ObserveDana()
    {
        _lab.Observe("ldap", FoldedLab.Seen(Dana()));
        _lab.Observe("pg", FoldedLab.Seen(DanaRole(), "roles"), FoldedLab.Seen(Payments(), "grants:payments"));
    }
}
