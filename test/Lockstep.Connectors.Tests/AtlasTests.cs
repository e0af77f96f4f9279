using Lockstep.Connectors.Barbican;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Ldap;
using Lockstep.Connectors.OpenBao;
using Lockstep.Connectors.OpenSsh;
using Lockstep.Connectors.PostgreSql;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Connectors.Tests;

public sealed class AtlasTests
{
    private static readonly IReadOnlyList<SurvivalRow> Rows = [.. Atlas.SystemKinds.SelectMany(Atlas.Of)];

    [Fact]
    public void Every_row_names_a_test_that_is_there_or_says_why_there_is_none()
    {
        Assert.Equal(["barbican", "keystone", "ldap", "openbao", "openssh", "postgresql"], Atlas.SystemKinds);
        Assert.Equal(Rows.Count, Rows.Select(r => r.Id).Distinct().Count());
        Assert.True(Rows.Count >= 60, $"only {Rows.Count} rows");
        var classes = typeof(AtlasTests).Assembly.GetTypes().ToLookup(t => t.Name);
        foreach (var row in Rows)
        {
            Assert.True(row.Test is null != (row.Untested is null), $"{row.Id}: either a test or a reason");
            var test = row.Test?.Split('.');
            Assert.True(test is null || classes[test[0]].Any(c => c.GetMethod(test[1]) is { } method
                && method.IsDefined(typeof(FactAttribute), inherit: true)), $"{row.Id}: there is no test {row.Test}");
        }
    }

    [Fact]
    public void Every_cut_that_a_connector_makes_has_a_row()
    {
        (string Kind, IReadOnlyList<CutCapability> Cuts)[] connectors =
        [
            ("postgresql", PgCuts.Capabilities), ("ldap", LdapCuts.Capabilities), ("keystone", KeystoneCuts.All),
            ("openbao", BaoCuts.All), ("openssh", HostCuts.All), ("barbican", Barbican().Cuts),
        ];
        var missing = from connector in connectors
                      from cut in connector.Cuts
                      where !Atlas.Of(connector.Kind).Any(
                          r => r.Cut == cut.Kind && r.NodeKind == cut.NodeKind && (r.Link is null || r.Link == cut.Link))
                      select $"{connector.Kind}: {cut.Kind} {cut.NodeKind} {cut.Link}";

        Assert.Empty(missing);
    }

    /// <summary>
    /// Where a system can end sessions, a row about an open connection names that cut: from it, plans know which step ends what.
    /// </summary>
    [Fact]
    public void Every_open_connection_is_ended_with_a_cut_where_its_system_has_one()
    {
        string[] ending = ["postgresql", "openssh"];
        var open = Rows.Where(r => r.Until == SurvivalEnd.Connection).ToList();

        Assert.All(open.Where(r => ending.Contains(r.Id.Split('/')[0])), r => Assert.Equal(CutKind.EndSession, r.EndedWith));
        Assert.All(open.Where(r => r.Id.StartsWith("ldap/", StringComparison.Ordinal)), r => Assert.Null(r.EndedWith));
        Assert.All(Rows, r => Assert.False(r.EndedWith is not null && r.IsEndedByItself, r.Id));
        Assert.All(Rows.Where(r => r.Until == SurvivalEnd.Refused), r => Assert.True(r.EndedWith is null && !r.IsEndedByItself, r.Id));
    }

    private static BarbicanConnector Barbican()
    {
        var settings = new BarbicanSettings
        {
            Address = new("http://127.0.0.1:1"), KeystoneAddress = new("http://127.0.0.1:1"), KeystoneSystem = "keystone",
            Login = new KeystoneLogin.Password("none") { Secret = new FixedSecret("none") }, MayCloseProjectAccess = true,
        };
        return BarbicanConnector.Create("barbican", settings, handler: null, TimeProvider.System);
    }

    /// <summary>The page is written anew with UPDATE_SNAPSHOTS=1.</summary>
    [Fact]
    public async Task The_page_says_what_the_data_says()
    {
        var path = Path.Combine(OutsideFolders.Repository, "docs/reference/atlas.md");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && Environment.GetEnvironmentVariable("CI") is null)
        {
            await File.WriteAllTextAsync(path, AtlasPage.Write());
        }

        Assert.Equal(AtlasPage.Write(), await File.ReadAllTextAsync(path));
    }
}
