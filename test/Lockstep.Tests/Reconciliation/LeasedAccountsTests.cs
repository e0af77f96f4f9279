using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Revocation;
using Lockstep.Testing.Reconciliation;
using Xunit;

namespace Lockstep.Tests.Reconciliation;

/// <summary>Goal: an account that a lease made is its holder's, and nobody's by guess. Method: a made-up vault and database.</summary>
public sealed class LeasedAccountsTests
{
    private const string Name = "v-userpass-payments-AbCdEfGhIjKlMnOpQrSt-1700000000";
    private static readonly NodeId Dana = NodeId.Of("hr", NodeKinds.Identity, "1");
    private static readonly NodeId Entity = NodeId.Of("bao", NodeKinds.Account, "e1");
    private static readonly NodeId Lease = NodeId.Of("bao", NodeKinds.Credential, "lease.1");
    private static readonly NodeId User = NodeId.Of("pg", NodeKinds.Account, "16401");
    private readonly FoldedLab _lab = new(new CorrelationRules
    {
        AuthoritySystem = "hr", Rules = [new CorrelationRule.ByList("bao", new Dictionary<string, string> { ["e1"] = "1" })],
    });

    public LeasedAccountsTests() => _lab.Observe("hr", FoldedLab.Seen(FoldedLab.Node("hr", NodeKinds.Account, "1", "dana")));

    [Theory]
    [InlineData(NodeAttributes.Opens, $"pg:{Name}")]
    [InlineData(NodeAttributes.OpensLike, "pg:v-userpass-payments-????????????????????-1700000001 pg:v-*-payments-????????????????????-1700000000")]
    public void A_database_user_is_whose_the_lease_is(string attribute, string value)
    {
        Observe(attribute, value, Account(User, Name), Account(NodeId.Of("pg", NodeKinds.Account, "16402"), "v-other"));

        Assert.Contains(_lab.Estate.Graph.LinksFrom(Lease), l => l.Kind == LinkKind.AuthenticatesAs && l.To == User);
        Assert.Contains(_lab.Estate.Graph.LinksTo(User), l => l.Kind == LinkKind.Represents && l.From == Dana);
        Assert.DoesNotContain(_lab.Estate.Issues, i => i.Subject == User);
    }

    [Fact]
    public void Two_users_that_fit_are_given_to_nobody()
    {
        var second = NodeId.Of("pg", NodeKinds.Account, "16402");
        Observe(
            NodeAttributes.OpensLike, "pg:v-*-payments-????????????????????-1700000000", Account(User, Name),
            Account(second, Name.Replace('A', 'B')));

        Assert.Empty(_lab.Estate.Graph.LinksFrom(Lease));
        Assert.All([User, second], u => Assert.DoesNotContain(_lab.Estate.Graph.LinksTo(u), l => l.Kind == LinkKind.Represents));
    }

    [Fact]
    public void Who_had_a_user_before_its_lease_was_forgotten_has_it_still_and_it_is_a_finding()
    {
        Observe(NodeAttributes.Opens, $"pg:{Name}", Account(User, Name));

        _lab.Observe("bao", Issuer(), FoldedLab.Seen(FoldedLab.Node("bao", NodeKinds.Account, "e1", "dana")));

        Assert.Contains(_lab.Estate.Graph.LinksTo(User), l => l.Kind == LinkKind.Represents && l.From == Dana);
        Assert.Contains(_lab.Estate.Issues, i => i.Kind == CorrelationIssueKind.OutlivedLease && i.Subject == User);
        var plan = new CasePlanner(new Dictionary<string, SystemCapabilities>()).Plan(_lab.Estate, Dana, _lab.Now);
        Assert.Contains(plan.Uncut, u => u.Why.Contains("outlived the lease", StringComparison.Ordinal));
    }

    [Fact]
    public void A_user_of_that_form_that_nothing_explains_is_found_and_is_nobodys()
    {
        _lab.Observe("pg", Account(User, Name));
        _lab.Observe("bao", Issuer());

        Assert.Contains(_lab.Estate.Issues, i => i.Kind == CorrelationIssueKind.OutlivedLease && i.Subject == User);
        Assert.Contains(_lab.Estate.Issues, i => i.Kind == CorrelationIssueKind.UncorrelatedAccount && i.Subject == User);
    }

    [Fact]
    public void What_a_token_logs_in_as_lacks_no_owner_and_is_never_disabled_and_a_cut_that_is_not_taken_is_not_planned()
    {
        var (token, account) = (NodeId.Of("bao", NodeKinds.Credential, "token.a"), NodeId.Of("bao", NodeKinds.Account, "token.a"));
        _lab.Observe(
            "bao", FoldedLab.Seen(FoldedLab.Node("bao", NodeKinds.Account, "e1")),
            FoldedLab.Seen(FoldedLab.Node("bao", NodeKinds.Account, "token.a", null, NodeState.Active, (NodeAttributes.TokenAccount, "true"))),
            FoldedLab.Seen(FoldedLab.Node("bao", NodeKinds.Credential, "token.a")),
            FoldedLab.Seen(Link(Entity, LinkKind.Holds, token)), FoldedLab.Seen(Link(token, LinkKind.AuthenticatesAs, account)),
            FoldedLab.Seen(Link(account, LinkKind.Assumes, NodeId.Of("bao", NodeKinds.Role, "policy.p"))));
        CutCapability[] cuts =
        [
            new(CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Listing, Enforcement.Online, null) { Takes = c => c.Target == Entity },
            new(CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Online, null),
            new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.Assumes, ProofKind.Listing, Enforcement.Online, null) { Takes = _ => false },
        ];
        var planner = new CasePlanner(new Dictionary<string, SystemCapabilities> { ["bao"] = new("bao", "openbao", cuts, false, false) });

        var plan = planner.Plan(_lab.Estate, Dana, _lab.Now);

        Assert.DoesNotContain(_lab.Estate.Issues, i => i.Subject == account);
        Assert.Equal(
            [(CutKind.DisableAccount, Entity), (CutKind.RevokeCredential, token)], plan.Steps.Select(s => (s.Cut!.Kind, s.Cut.Target)));
    }

    private void Observe(string attribute, string value, params Observation[] users)
    {
        _lab.Observe("pg", users);
        _lab.Observe(
            "bao", Issuer(), FoldedLab.Seen(FoldedLab.Node("bao", NodeKinds.Account, "e1", "dana")),
            FoldedLab.Seen(FoldedLab.Node(
                "bao", NodeKinds.Credential, "lease.1", null, NodeState.Active, (NodeAttributes.CredentialType, "lease"), (attribute, value))),
            FoldedLab.Seen(Link(Entity, LinkKind.Holds, Lease)));
    }

    private static Observation Issuer() => FoldedLab.Seen(FoldedLab.Node(
        "bao", NodeKinds.Resource, "database.m.payments", "database/creds/payments", NodeState.Active,
        (NodeAttributes.IssuesLike, "pg:v-*-payments-????????????????????-??????????")));

    private static Observation Account(NodeId id, string name) =>
        FoldedLab.Seen(FoldedLab.Node(id.SystemName, NodeKinds.Account, id.RawKey, name));

    private static Link Link(NodeId from, LinkKind kind, NodeId to) => new()
    {
        From = from, To = to, Kind = kind, Validity = Validity.Always, Enforcement = Enforcement.Online, Source = "bao", Evidence = "said so",
    };
}
