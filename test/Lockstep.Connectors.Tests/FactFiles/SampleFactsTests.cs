using Lockstep.Connectors.FactFiles;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Testing;
using Lockstep.Testing.Graph;
using Lockstep.Testing.Reconciliation;
using Xunit;

namespace Lockstep.Connectors.Tests.FactFiles;

/// <summary>The samples load without a gap, and chains cross from them into a directory and a database.</summary>
public sealed class SampleFactsTests
{
    private static readonly string[] Systems = ["crm", "vpn", "build-server"];

    private readonly FoldedLab _lab = new(new CorrelationRules
    {
        AuthoritySystem = "directory",
        Rules = [.. Systems.Select(s => new CorrelationRule.ByAttribute(s, NodeAttributes.EmployeeNumber, NodeAttributes.EmployeeNumber))],
    });

    [Fact]
    public async Task Chains_cross_between_the_samples_and_the_systems_beside_them()
    {
        ObserveDirectory();
        ObserveDatabase();
        foreach (var system in Systems)
        {
            _lab.Run(system, [.. await ReadAsync(system)]);
        }

        Assert.DoesNotContain(
            _lab.Estate.Issues, i => i.Kind != CorrelationIssueKind.UncorrelatedAccount || !Systems.Contains(i.Subject.SystemName));
        var dana = Assert.Single(_lab.Estate.FindIdentities("dana"));
        var chains = _lab.Estate.Graph.AccessOf(dana.Id, FoldedLab.Start, QueryLimits.Default, default).Value;
        Assert.Contains(chains, c => c.Target.Resource.ToString() == "postgresql/resource/reporting_ro"
            && c.Links.Any(l => l.Source == "crm"));
        Assert.Contains(chains, c => c.Target.Action == "CONNECT" && c.Links.Any(l => l.Enforcement == Enforcement.Connection));

        var farah = Assert.Single(_lab.Estate.FindIdentities("farah"));
        var run = _lab.Estate.Graph.AccessOf(farah.Id, FoldedLab.Start, QueryLimits.Default, default).Value;
        Assert.Contains(run, c => c.Target.Action == "RUN" && c.Links.Any(l => l.Source == "directory"));
    }

    private static async Task<List<Observation>> ReadAsync(string system)
    {
        var folder = Path.Combine(OutsideFolders.Repository, "samples", "facts", system);
        var seen = await new FactsConnector(new FactsSettings(system, folder)).ObserveAsync(null, default).ToListAsync();
        Assert.Empty(seen.OfType<Observation.NotCovered>());
        Assert.True(seen.Count > 4);
        return seen;
    }

    private static Observation Link(string from, LinkKind kind, string to, string? action = null) =>
        FoldedLab.Seen(SmallWorld.Link(NodeId.Parse(from), kind, NodeId.Parse(to), action, source: NodeId.Parse(from).SystemName));

    private static Observation Person(string key, string uid, string number) =>
        FoldedLab.Seen(FoldedLab.Node("directory", NodeKinds.Account, key, uid, attributes: (NodeAttributes.EmployeeNumber, number)));

    private void ObserveDirectory() => _lab.Observe(
        "directory",
        Person("u4", "dana", "E1004"),
        Person("u6", "farah", "E1006"),
        Person("u9", "ivan", "E1009"),
        FoldedLab.Seen(FoldedLab.Node("directory", NodeKinds.Group, "g1", "engineering")),
        FoldedLab.Seen(FoldedLab.Node("directory", NodeKinds.Group, "g2", "payments-oncall")),
        Link("directory/account/u6", LinkKind.MemberOf, "directory/group/g2"));

    private void ObserveDatabase() => _lab.Observe(
        "postgresql",
        [
            .. new[] { "reporting_ro", "payments_app" }.SelectMany(role => new[]
            {
                FoldedLab.Seen(FoldedLab.Node("postgresql", NodeKinds.Credential, $"password-{role}", $"password of {role}")),
                Link($"postgresql/credential/password-{role}", LinkKind.AuthenticatesAs, $"postgresql/account/{role}"),
                Link($"postgresql/account/{role}", LinkKind.Permits, $"postgresql/resource/{role}", "SELECT"),
            }),
        ]);
}
