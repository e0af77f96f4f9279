using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>The tables of OpenBao's own tests.</summary>
public class AclVectorTests
{
    [Fact]
    public void Every_row_of_the_table_of_operations_is_decided_as_OpenBao_does()
    {
        var decided = 0;
        foreach (var row in Rows("allow_operation").Where(r => (string?)r["operation"] != "help"))
        {
            var set = Set(row);
            var request = new AclRequest(AclWords.Of((string)row["operation"]!), (string)row["path"]!)
            {
                Data = (row["data"] as JsonObject)?.ToDictionary(d => d.Key, d => d.Value) ?? [],
                WrapTtl = (int?)row["wrap_ttl_seconds"] is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };

            var decision = set.Decide(request);

            Assert.True((bool)row["allowed"]! == decision.IsAllowed, row.ToJsonString());
            Assert.True((bool?)row["root_privs"] is not { } sudo || sudo == decision.HasSudo, row.ToJsonString());
            Assert.True(!decision.IsAllowed || decision.Policies.SequenceEqual(((JsonArray)row["policies"]!).Select(p => (string)p!)));
            decided++;
        }

        Assert.True(decided > 150, $"{decided} rows");
    }

    [Fact]
    public void Capabilities_are_those_of_the_table()
    {
        foreach (var row in Rows("capabilities"))
        {
            var expected = ((JsonArray)row["capabilities"]!).Select(c => (string)c!).Order(StringComparer.Ordinal);

            Assert.Equal(expected, Set(row).CapabilitiesOn((string)row["path"]!));
        }
    }

    [Fact]
    public void Wrapping_times_expiry_and_types_are_read_from_a_policy_with_everything()
    {
        var rules = PolicyText.Read("dev", File.ReadAllText(OutsideFolders.Need(OutsideFolders.Vectors, Folder + "policies/rawPolicy.hcl")));

        Assert.Equal(23, rules.Count);
        var foo = rules.Where(r => r.Path == "foo/bar").ToList();
        Assert.All(foo.Take(2), r => Assert.Equal((300, 3600), (r.MinWrapping.TotalSeconds, r.MaxWrapping.TotalSeconds)));
        Assert.NotNull(rules.Single(r => r.Path == "some-expired-path").Expiration);
        Assert.Equal(["deny"], new PolicySet(rules, isRoot: false, DateTimeOffset.UnixEpoch.AddYears(60)).CapabilitiesOn("some-expired-path"));
    }

    [Fact]
    public void JSON_says_the_same_as_HCL()
    {
        var hcl = PolicyText.Read("p", """path "a/+/b*" { capabilities = ["read", "list"] } path "a/c" { policy = "deny" }""");
        var json = PolicyText.Read("p", """{"path":{"a/+/b*":{"capabilities":["read","list"]},"a/c":{"policy":"deny"}}}""");

        Assert.Equal(hcl.Select(r => (r.Path, r.Kind, r.Capabilities)), json.Select(r => (r.Path, r.Kind, r.Capabilities)));
    }

    [Theory]
    [InlineData("path \"a\" {")]
    [InlineData("path \"a {}")]
    [InlineData("path \"a\" = [")]
    [InlineData("/* no end")]
    [InlineData("path { { { {")]
    [InlineData("{\"path\": 5}")]
    [InlineData("path \"a\" { capabilities = <<X\nno end")]
    public void A_text_that_is_no_policy_is_said_to_be_none(string text) =>
        Assert.Throws<FormatException>(() => PolicyText.Read("p", text));

    private const string Folder = "openbao-acl-vectors/";

    private static IEnumerable<JsonObject> Rows(string table) => ((JsonArray)JsonNode.Parse(
        File.ReadAllText(OutsideFolders.Need(OutsideFolders.Vectors, Folder + "vectors.json")))![table]!).OfType<JsonObject>();

    private static PolicySet Set(JsonObject row) => new(
        ((JsonArray)row["policies"]!).SelectMany(p => PolicyText.Read(
            (string)p!, File.ReadAllText(OutsideFolders.Need(OutsideFolders.Vectors, $"{Folder}policies/{(string)p!}.hcl")))),
        isRoot: false,
        DateTimeOffset.UnixEpoch.AddYears(50));
}
