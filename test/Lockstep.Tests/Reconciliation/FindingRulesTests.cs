using System.Globalization;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Findings;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Reconciliation;
using Xunit;

namespace Lockstep.Tests.Reconciliation;

public sealed class FindingRulesTests
{
    private static readonly Node Dana = FoldedLab.Node("ldap", NodeKinds.Account, "k1", "Dana", attributes: ("uid", "dana"));
    private static readonly Node Payer =
        FoldedLab.Node("ldap", NodeKinds.Account, "k9", "payer", attributes: [("uid", "payer"), (NodeAttributes.IdentityKind, "service")]);

    private static readonly Node Role = FoldedLab.Node("pg", NodeKinds.Account, "16401", "dana");
    private static readonly Node Table =
        FoldedLab.Node("pg", NodeKinds.Resource, "payments", attributes: (NodeAttributes.Sensitivity, "true"));

    private readonly FoldedLab _lab = new(new CorrelationRules
    {
        AuthoritySystem = "ldap",
        Rules = [new CorrelationRule.ByAttribute("pg", "name", "uid"), new CorrelationRule.ByAttribute("vault", "name", "uid")],
    });

    [Fact]
    public void A_clean_estate_has_only_what_was_put_into_it()
    {
        ObserveLdap(Dana, Payer);
        ObservePg(Role, Table, Link(Role, LinkKind.Permits, Table, "SELECT"));

        Assert.Equal(["orphaned-identity", "standing-privilege"], Kinds());
    }

    [Fact]
    public void A_leaver_with_an_active_account_is_found_with_its_controls()
    {
        ObserveLdap(Dana with { State = NodeState.Disabled });
        ObservePg(Role);

        var finding = Assert.Single(Apply(), f => f.Kind == "leaver-active-account");
        Assert.Equal(Role.Id, finding.Subject);
        Assert.Equal(FindingSeverity.Critical, finding.Severity);
        Assert.Equal("leaver-active-account@pg/account/16401", finding.Id);
        Assert.Contains("PS-4", finding.Controls["nist_800_53_r5"]);
        Assert.Equal(LinkKind.Represents, Assert.Single(finding.Evidence).Kind);
    }

    [Fact]
    public void A_leaver_who_is_deleted_is_still_a_leaver()
    {
        ObserveLdap(Dana);
        ObservePg(Role);
        Assert.DoesNotContain("leaver-active-account", Kinds());

        ObserveLdap();
        Assert.Contains("leaver-active-account", Kinds());
    }

    [Fact]
    public void An_open_session_and_a_working_credential_are_found_and_a_blocked_one_is_latent()
    {
        var (session, key) = (FoldedLab.Node("pg", NodeKinds.Session, "pid-7"), FoldedLab.Node("pg", NodeKinds.Credential, "key-1"));
        ObserveLdap(Dana with { State = NodeState.Disabled });
        object[] holdings =
        [
            session, key, Link(Role, LinkKind.Holds, session), Link(Role, LinkKind.Holds, key),
            Link(session, LinkKind.AuthenticatesAs, Role, enforcement: Enforcement.Connection), Link(key, LinkKind.AuthenticatesAs, Role),
        ];

        ObservePg([Role, .. holdings]);
        Assert.Equal(["leaver-active-account", "leaver-credential", "leaver-session"], Kinds());

        ObservePg([Role with { State = NodeState.Disabled }, .. holdings]);
        Assert.Equal(["latent-credential", "leaver-session"], Kinds());
    }

    [Fact]
    public void A_secret_that_a_leaver_could_read_is_found_until_its_value_is_replaced()
    {
        var reader = FoldedLab.Node("vault", NodeKinds.Account, "v1", "dana", NodeState.Disabled);
        ObserveLdap(Dana with { State = NodeState.Disabled }, Payer);
        ObserveSecret(reader, changedAt: FoldedLab.Start.AddDays(-1));
        var finding = Assert.Single(Apply(), f => f.Kind == "leaver-secret");
        Assert.Equal(FindingSeverity.High, finding.Severity);
        Assert.Equal(["represents", "reads"], finding.Evidence.Select(l => l.Kind.Word));

        ObserveSecret(reader, changedAt: FoldedLab.Start.AddHours(1));
        Assert.DoesNotContain("leaver-secret", Kinds());

        ObserveSecret(reader with { State = NodeState.Active }, changedAt: FoldedLab.Start.AddHours(1));
        Assert.Equal(FindingSeverity.Critical, Assert.Single(Apply(), f => f.Kind == "leaver-secret").Severity);
    }

    [Fact]
    public void Declared_and_proved_openings_are_links_with_their_evidence()
    {
        ObserveLdap(Dana);
        ObserveSecret(FoldedLab.Node("vault", NodeKinds.Account, "v1", "dana"), FoldedLab.Start);
        var secret = NodeId.Parse("vault/secret/s1");
        Assert.StartsWith("declared", Assert.Single(_lab.Estate.Links, l => l.Kind == LinkKind.Contains).Evidence,
            StringComparison.Ordinal);

        Prove(new ProvedOpening(secret, "fp-1", [NodeId.Parse("pg/credential/password-1")], "SCRAM verifier"));
        Assert.StartsWith("proved by SCRAM", Assert.Single(_lab.Estate.Links, l => l.Kind == LinkKind.Contains).Evidence,
            StringComparison.Ordinal);
        Assert.Equal("fp-1", _lab.Estate.Find(secret)?.Find(NodeAttributes.Fingerprint));

        Assert.Empty(Prove(new ProvedOpening(secret, "fp-1", [NodeId.Parse("pg/credential/password-1")], "SCRAM verifier")));
        Assert.Equal(2, Prove(new ProvedOpening(secret, "fp-2", [], "SCRAM verifier")).Count);
    }

    [Theory]
    [InlineData("pg:app", 1)]
    [InlineData("pg:role/app", 1)]
    [InlineData("made-up:role/app", 0)]
    [InlineData("pg/account/16402", 1)]
    [InlineData("pg/credential/password-1", 1)]
    [InlineData("pg:nobody", 0)]
    [InlineData("elsewhere:app", 0)]
    public void What_a_secret_declares_to_open_is_found_by_any_of_its_names(string opens, int links)
    {
        ObserveSecret(FoldedLab.Node("vault", NodeKinds.Account, "v1", "dana"), FoldedLab.Start, opens: opens);
        Assert.Equal(links, _lab.Estate.Links.Count(l => l.Kind == LinkKind.Contains));
        Assert.Equal(1 - links, _lab.Estate.Issues.Count(i => i.Kind == CorrelationIssueKind.UnmatchedOpening));
    }

    [Fact]
    public void A_declared_owner_answers_for_the_secret_until_nobody_is_called_that()
    {
        ObserveLdap(Dana with { Attributes = new Dictionary<string, string> { [NodeAttributes.EmployeeNumber] = "E1" } });
        Observe("vault", FoldedLab.Node("vault", NodeKinds.Secret, "s1", attributes: (NodeAttributes.Owner, "E1")));
        Assert.Empty(Apply());

        Observe("vault", FoldedLab.Node("vault", NodeKinds.Secret, "s1", attributes: (NodeAttributes.Owner, "E2")));
        Assert.Equal(["unmatched-reference", "unowned-secret"], Apply().Select(f => f.Kind).Order());
    }

    [Fact]
    public void The_same_value_in_two_places_is_sprawl()
    {
        var (one, two) = (FoldedLab.Node("vault", NodeKinds.Secret, "s1"), FoldedLab.Node("vault", NodeKinds.Secret, "s2"));
        Observe("vault", one, two);
        Prove(new ProvedOpening(one.Id, "fp-1", [], "none"), new ProvedOpening(two.Id, "fp-2", [], "none"));
        Assert.DoesNotContain("secret-sprawl", Kinds());

        Prove(new ProvedOpening(two.Id, "fp-1", [], "none"));
        Assert.Contains("secret-sprawl", Kinds());
    }

    [Fact]
    public void A_credential_that_two_identities_can_use_is_shared()
    {
        ObserveLdap(Dana, Payer);
        var second = FoldedLab.Node("vault", NodeKinds.Account, "v2", "payer");
        ObserveSecret(FoldedLab.Node("vault", NodeKinds.Account, "v1", "dana"), FoldedLab.Start);
        Assert.DoesNotContain("shared-credential", Kinds());

        ObserveSecret(FoldedLab.Node("vault", NodeKinds.Account, "v1", "dana"), FoldedLab.Start, second);
        Assert.Contains("2 identities", Assert.Single(Apply(), f => f.Kind == "shared-credential").Title, StringComparison.Ordinal);
    }

    [Fact]
    public void An_owner_who_has_left_is_no_owner()
    {
        ObserveLdap(Dana, Payer, Link(Dana, LinkKind.Owns, Payer));
        Assert.Empty(Kinds());

        ObserveLdap(Dana with { State = NodeState.Disabled }, Payer, Link(Dana, LinkKind.Owns, Payer));
        Assert.Contains("who has left", Assert.Single(Apply()).Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_values_and_access_that_comes_back_are_found()
    {
        string old = FoldedLab.Start.AddDays(-91).ToString("O", CultureInfo.InvariantCulture), young =
            FoldedLab.Start.AddDays(-89).ToString("O", CultureInfo.InvariantCulture);
        Observe(
            "pg",
            FoldedLab.Node("pg", NodeKinds.Credential, "old", attributes: (NodeAttributes.ChangedAt, old)),
            FoldedLab.Node("pg", NodeKinds.Credential, "young", attributes: (NodeAttributes.ChangedAt, young)),
            FoldedLab.Node("pg", NodeKinds.Credential, "sleeping", attributes: (NodeAttributes.Latent, "true")));

        Assert.Equal(["latent-credential@pg/credential/sleeping", "long-lived-credential@pg/credential/old"],
            Apply().Select(f => f.Id).Order());
    }

    [Fact]
    public void What_cannot_be_joined_is_found()
    {
        ObserveLdap(Dana, FoldedLab.Node("ldap", NodeKinds.Account, "k2", "Dana Two", attributes: ("uid", "dana")));
        ObservePg(Role, FoldedLab.Node("pg", NodeKinds.Account, "16500", "nobody"));

        Assert.Equal(["ambiguous-correlation@pg/account/16401", "orphaned-account@pg/account/16500"], Apply().Select(f => f.Id).Order());
    }

    [Fact]
    public void A_finding_keeps_its_id_and_knows_since_when()
    {
        ObserveLdap(Dana with { State = NodeState.Disabled });
        ObservePg(Role);
        var id = Assert.Single(Apply()).Id;
        Assert.Null(Assert.Single(Apply()).SinceAt);

        _lab.Append(LedgerDraft.Of(EstateBuilder.FindingOpened, "lockstep", new System.Text.Json.Nodes.JsonObject { ["id"] = id }));
        Assert.Equal(FoldedLab.Start, Assert.Single(Apply()).SinceAt);
    }

    [Fact]
    public void Every_kind_is_in_the_control_map()
    {
        Assert.All(FindingKind.All, k => Assert.NotEmpty(ControlMap.Shipped.Get(k.ControlMapId)));
        Assert.Equal(FindingKind.All.Count, FindingKind.All.DistinctBy(k => k.Word).Count());
    }

    [Fact]
    public void What_a_leaver_can_still_do_is_residual_with_its_bound()
    {
        ObserveLdap(Dana with { State = NodeState.Disabled });
        ObservePg(Role, Table, Link(Role, LinkKind.Permits, Table, "SELECT", Enforcement.Cached(TimeSpan.FromSeconds(300))));

        var residual = Assert.Single(Residual.Of(_lab.Estate, FoldedLab.Start, QueryLimits.Default, default).Value);
        Assert.Equal(TimeSpan.FromSeconds(300), Assert.IsType<DenialBound.Within>(residual.Bound).Longest);
    }

    private static Link Link(Node from, LinkKind kind, Node to, string? action = null, Enforcement enforcement = default) =>
        SmallWorld.Link(from.Id, kind, to.Id, action, enforcement: enforcement, source: from.Id.SystemName);

    private IReadOnlyList<Finding> Apply() =>
        FindingRules.Apply(_lab.Estate, FoldedLab.Start, FindingPolicy.Default, _lab.Estate.FindingsSince, default);

    private IEnumerable<string> Kinds() => Apply().Select(f => f.Kind).Where(k => k != "unowned-secret").Order();

    private void ObserveLdap(params object[] facts) => Observe("ldap", facts);

    private void ObservePg(params object[] facts) => Observe("pg", facts);

    private void Observe(string system, params object[] facts) =>
        _lab.Observe(system, [.. facts.Select(f => f is Node node ? FoldedLab.Seen(node) : FoldedLab.Seen((Link)f))]);

    private void ObserveSecret(Node reader, DateTimeOffset changedAt, Node? second = null, string opens = "pg:app")
    {
        var changed = (NodeAttributes.ChangedAt, changedAt.ToString("O", CultureInfo.InvariantCulture));
        var password = FoldedLab.Node(
            "pg", NodeKinds.Credential, "password-1", attributes: [(NodeAttributes.CredentialType, "password"), changed]);
        var app = FoldedLab.Node("pg", NodeKinds.Account, "16402", "app");
        ObservePg(app, password, Link(password, LinkKind.AuthenticatesAs, app));
        var secret = FoldedLab.Node("vault", NodeKinds.Secret, "s1", attributes: (NodeAttributes.Opens, opens));
        object[] more = second is null ? [] : [second, Link(second, LinkKind.Reads, secret)];
        Observe("vault", [reader, secret, Link(reader, LinkKind.Reads, secret), .. more]);
    }

    private IReadOnlyList<FactChange> Prove(params ProvedOpening[] proved)
    {
        var changes = ProvedOpening.Changes(_lab.Estate.FactsOf("lockstep"), proved);
        foreach (var draft in ObservationEntries.Changes("lockstep", changes))
        {
            _lab.Append(draft);
        }

        return changes;
    }
}
