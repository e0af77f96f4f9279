using System.Text;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Lines;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Xunit;

namespace Lockstep.Cedar.Tests.Messages;

/// <summary>Input that asks too much gets a clear error, never a crash.</summary>
public sealed class BoundsTests
{
    public static TheoryData<string> Deep => new()
    {
        new string('(', 100_000) + "true" + new string(')', 100_000),
        new string('[', 100_000),
        string.Concat(Enumerable.Repeat("if true then ", 100_000)),
        string.Concat(Enumerable.Repeat("{a: ", 50_000)),
        string.Join(" && ", Enumerable.Repeat("true", 100_000)),
        string.Join(" + ", Enumerable.Repeat("1", 100_000)),
        "context" + string.Concat(Enumerable.Repeat(".a", 100_000)),
        "context has a" + string.Concat(Enumerable.Repeat(".a", 100_000)),
    };

    [Theory]
    [MemberData(nameof(Deep))]
    public void Deep_or_tall_expressions_are_refused(string body)
    {
        var fault = Assert.Throws<CedarException>(() => PolicySet.Parse($"permit (principal, action, resource) when {{ {body} }};"));
        Assert.Equal("LS6002", fault.Diagnostics[0].Code);
    }

    [Fact]
    public void The_tallest_expression_taken_is_decided_validated_and_written()
    {
        var body = string.Join(" && ", Enumerable.Repeat("context.a", CedarLimits.ExpressionHeightMax - 10));
        var line = new LineSession();
        var policies = $"permit (principal, action, resource) when {{ {body} }};";
        var load = System.Text.Json.JsonSerializer.Serialize(
            new { op = "load", id = "x", policies, entities = Array.Empty<int>(), schema =
            "entity U; action a appliesTo { principal: U, resource: U, context: { a: Bool } };" });
        Assert.Contains("\"ok\":true", line.Answer(load));
        Assert.Contains("\"valid\":true", line.Answer("""{"op":"validate","id":"x"}"""));
        Assert.Contains("\"allow\"", line.Answer("""{"op":"authorize","id":"x","principal":"U::\"a\"","action":"Action::\"a\"","resource":"U::\"a\"","context":{"a":true}}"""));
    }

    [Fact]
    public void Long_strings_and_deep_types_and_documents_are_refused()
    {
        Assert.Throws<CedarException>(
            () => PolicySet.Parse($"permit (principal == U::\"{new string('a', CedarLimits.StringLengthMax + 2)}\", action, resource);"));
        var types = new StringBuilder("type A = ").Insert(9, "Set<", 5_000);
        Assert.Equal("LS6002", Assert.Throws<CedarException>(() => Schema.Parse(types.ToString())).Diagnostics[0].Code);
        Assert.Throws<CedarException>(() => EntityJson.Read(new string('[', 10_000)));
    }

    [Fact]
    public void A_long_chain_of_parents_is_closed_without_recursion()
    {
        var entities = Enumerable.Range(0, 3_000).Select(
            i => EntityFacts.Of(new("G", $"{i}"), i == 0 ? [] : [new Values.EntityUid("G", $"{i - 1}")]));
        Assert.True(EntityStore.Of(entities).IsDescendant(new("G", "2999"), new("G", "0")));
    }

    [Fact]
    public void Huge_sets_are_refused_with_the_place()
    {
        var items = string.Join(',', Enumerable.Repeat("1", CedarLimits.ElementsMax + 1));
        var text = Assert.Throws<CedarException>(() => PolicySet.Parse($"permit (principal, action, resource) when {{ [{items}].isEmpty() }};"));
        var json = Assert.Throws<CedarException>(() => EntityJson.Read(
            $$"""[{"uid":{"type":"U","id":"a"},"attrs":{"many":[{{items}}]},"parents":[]}]"""));

        Assert.True(text.Diagnostics[0] is { Code: "LS6002", Line: 1, Column: > 2_000_000 }, text.Message);
        Assert.Equal("LS6002", json.Diagnostics[0].Code);
        Assert.Contains("many", json.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cycle_of_entities_is_named_however_long()
    {
        const int Length = 50_000;
        var entities = Enumerable.Range(0, Length).Select(
            i => EntityFacts.Of(new("G", $"{i}"), [new Values.EntityUid("G", $"{(i + 1) % Length}")]));

        var fault = Assert.Throws<CedarException>(() => EntityStore.Of(entities)).Diagnostics[0];

        Assert.Equal("LS6021", fault.Code);
        Assert.InRange(fault.Message.Length, 20, 2_000);
    }
}
