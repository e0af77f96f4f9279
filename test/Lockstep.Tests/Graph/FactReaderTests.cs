using System.Buffers;
using System.Text;
using System.Text.Json;
using Lockstep.Graph;
using Lockstep.Testing.Graph;
using Xunit;

namespace Lockstep.Tests.Graph;

public sealed class FactReaderTests
{
    private const string Ends = "\"from\":\"crm/account/7\",\"to\":\"crm/role/r\"";

    [Fact]
    public void A_node_is_read_with_everything_it_has()
    {
        var node = Assert.IsType<Fact.OfNode>(Read(
            """{"scope":"users","node":{"id":"crm/account/7","name":"Dana","state":"disabled","attributes":{"uid":"dana","mail":"d@x"}},"source":"crm"}"""));

        Assert.Equal(("crm", "users", "crm/account/7"), (node.Source, node.Scope, node.Node.Id.ToString()));
        Assert.Equal(("Dana", NodeState.Disabled, "dana"), (node.Node.Name, node.Node.State, node.Node.Find("uid")));
    }

    [Fact]
    public void A_link_is_read_with_everything_it_has()
    {
        var link = Assert.IsType<Fact.OfLink>(Read(
            """
            {"link":{"from":"crm/account/7","kind":"permits","to":"crm/resource/deals","action":"EXPORT","validFrom":"2026-01-01T00:00:00Z",
            "validUntil":"2026-06-01T02:00:00+02:00","enforcement":"cached","cacheSeconds":300,"evidence":"role sheet","condition":"from the office"}}
            """)).Link;

        Assert.Equal((LinkKind.Permits, "EXPORT", "role sheet", "from the office", "crm"),
            (link.Kind, link.Action, link.Evidence, link.Condition, link.Source));
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), link.Validity.Until);
        Assert.Equal(Enforcement.Cached(TimeSpan.FromMinutes(5)), link.Enforcement);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("{}", "")]
    [InlineData("""{"node":{"id":"crm/account/7"}} {}""", "")]
    [InlineData("""{"node":{"id":"crm/account/7"}""", "")]
    [InlineData("""{"node":{"id":"crm/account/7"},"link":{}}""", "")]
    [InlineData("""{"node":{"id":"crm/account/7"},"sauce":"x"}""", "")]
    [InlineData("""{"node":{"id":"crm/account/7"},"source":"vpn"}""", "source")]
    [InlineData("""{"node":{"name":"Dana"}}""", "node.id")]
    [InlineData("""{"node":{"id":"Dana"}}""", "node.id")]
    [InlineData("""{"node":{"id":7}}""", "node.id")]
    [InlineData("""{"node":{"id":"crm/account/7","id":"crm/account/8"}}""", "node")]
    [InlineData("""{"node":{"id":"crm/account/7","state":"gone"}}""", "node.state")]
    [InlineData("""{"node":{"id":"crm/account/7","attributes":{"a":1}}}""", "node.attributes")]
    [InlineData("""{"node":{"id":"crm/account/7","attributes":{"a":"1","a":"2"}}}""", "node.attributes")]
    [InlineData("{\"link\":{" + Ends + "}}", "link.kind")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberof\"}}", "link.kind")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"until\":\"x\"}}", "link")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"permits\"}}", "link.action")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"action\":\"x\"}}", "link.action")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"validUntil\":\"2026-01-01\"}}", "link.validUntil")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"validUntil\":\"2026-01-01T00:00:00\"}}", "link.validUntil")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"enforcement\":\"cached\"}}", "link.cacheSeconds")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"cacheSeconds\":5}}", "link.cacheSeconds")]
    [InlineData("{\"link\":{" + Ends + ",\"kind\":\"memberOf\",\"enforcement\":\"never\"}}", "link.enforcement")]
    [InlineData("""{"link":{"from":"crm/account/?uid","kind":"memberOf","to":"crm/role/r"}}""", "link.from")]
    [InlineData("""{"link":{"from":"crm/account/7","kind":"memberOf"}}""", "link.to")]
    public void What_is_not_a_fact_is_refused_by_field(string json, string field)
    {
        Assert.False(new FactReader("crm").TryRead(Encoding.UTF8.GetBytes(json), "f", out var fact, out var problem));
        Assert.Null(fact);
        Assert.Equal(field, problem.Field);
    }

    [Fact]
    public void A_problem_never_quotes_what_was_there()
    {
        string[] lines = ["{\"node\":{\"id\":\"Hunter2\"}}", "{\"Hunter2\":1}", "Hunter2", "{\"link\":{\"kind\":\"Hunter2\"}}",
            "{\"link\":{\"validUntil\":\"Hunter2\"}}"];
        foreach (var line in lines)
        {
            Assert.False(new FactReader("crm").TryRead(Encoding.UTF8.GetBytes(line), "f", out _, out var problem));
            Assert.DoesNotContain("Hunter2", problem.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused()
    {
        byte[] json = [.. "{\"node\":{\"id\":\"crm/account/7\",\"name\":\""u8, 0xFF, .. "\"}}"u8];
        Assert.False(new FactReader("crm").TryRead(json, "f", out _, out _));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        var line = "{\"link\":{\"from\":\"crm/account/7\",\"kind\":\"memberOf\",\"to\":\"crm/role/r\",\"validUntil\":\"2026-01-01T00:00:00Z\"}}"u8.ToArray();
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var changed = line.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            refused += new FactReader("crm").TryRead(changed, "f", out _, out _) ? 0 : 1;
        }

        Assert.InRange(refused, 10_000, 19_999);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var links = Enumerable.Range(0, 300).SelectMany(seed => SmallWorld.Random(seed).Links);
        foreach (var link in links)
        {
            var fact = new Fact.OfLink("grants", link);
            Assert.True(new FactReader(link.Source).TryRead(Written(w => FactJson.Write(w, fact)), "f", out var read, out var problem),
                problem?.ToString());
            Assert.Equal(fact, read);

            using var key = JsonDocument.Parse(Written(w => FactJson.WriteKey(w, fact.Key)).ToArray());
            Assert.True(new FactReader(link.Source).TryReadKey(key.RootElement, out var readKey));
            Assert.Equal(fact.Key, readKey);
        }
    }

    [Fact]
    public void What_a_connector_says_too_long_still_comes_back_from_the_ledger()
    {
        var node = new Node
        {
            Id = NodeId.Of("crm", NodeKinds.Account, "7"),
            Name = new string('n', 2000) + "\n",
            Attributes = Enumerable.Range(0, 70).ToDictionary(i => $"a{i}", i => new string('ü', 3000)),
        };
        var fitting = FactBounds.Fit(new Fact.OfNode("crm", "users", node));
        Assert.True(new FactReader("crm").TryRead(Written(w => FactJson.Write(w, fitting)), "f", out var read, out var problem),
            problem?.ToString());
        Assert.True(FactComparison.SaysTheSame(fitting, read));
    }

    private static Fact Read(string json)
    {
        Assert.True(new FactReader("crm").TryRead(Encoding.UTF8.GetBytes(json), "f", out var fact, out var problem), problem?.ToString());
        return fact;
    }

    private static ReadOnlySpan<byte> Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            write(writer);
        }

        return bytes.WrittenSpan;
    }
}
