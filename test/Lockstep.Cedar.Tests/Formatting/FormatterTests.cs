using System.Text.Json.Nodes;
using Lockstep.Cedar.Formatting;
using Lockstep.Cedar.Json;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Tests.Corpus;
using Lockstep.Cedar.Tests.Judge;
using Xunit;

namespace Lockstep.Cedar.Tests.Formatting;

public sealed class FormatterTests(ITestOutputHelper output)
{
    [Fact]
    public void Output_equals_the_reference_formatters_on_the_corpus()
    {
        using var oracle = new CedarOracle();
        var (texts, failures) = (0, new List<string>());
        foreach (var text in CorpusCases.All().Select(test => test.Policies).Distinct())
        {
            texts++;
            var expected = (string?)oracle.Ask(new JsonObject { ["op"] = "format", ["policies"] = text })["text"];
            var actual = PolicyFormatter.Format(text);
            if (expected is not null && expected != actual)
            {
                failures.Add($"--- text\n{text}\n--- expected\n{expected}\n--- actual\n{actual}");
            }
        }

        output.WriteLine($"{texts} texts, {failures.Count} differences");
        Assert.True(failures.Count == 0, string.Join('\n', failures.OrderBy(f => f.Length).Take(3)) + $"\n{failures.Count} in all");
    }

    [Theory]
    [InlineData("permit(principal,action,resource) when { ((1)+2 < 3) }; // hi\n// end\n\n// more")]
    [InlineData("// first\n@a(\"b\") // second\n@c(\"d\")\npermit // x\n(principal // y\n, action == Action::\"v\", // z\nresource is T "
        + "in U::\"u\") when // k\n{ // l\nprincipal.a // m\n== 1 };")]
    [InlineData("@bare permit(principal is A::B, action in [Action::\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", "
        + "Action::\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"], resource);")]
    [InlineData("permit(principal,action,resource) when { if principal.a then {x: 1, \"y z\": [1,2,\n// c\n3]} == context.r else !(-1 == "
        + "context[\"a b\"].contains(1)) }; forbid(principal,action,resource) unless { context has a.b.c && context like \"*a\\*\" };")]
    [InlineData("permit(principal==?principal,action,resource in ?resource) when { ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.0/8\")) // "
        + "why\n&& // so\ntrue };")]
    public void Output_equals_the_reference_formatters_with_comments(string text)
    {
        using var oracle = new CedarOracle();
        var expected = (string?)oracle.Ask(new JsonObject { ["op"] = "format", ["policies"] = text })["text"];
        Assert.SkipWhen(expected is null, "the reference does not take this text");
        Assert.Equal(expected, PolicyFormatter.Format(text));
    }

    [Fact]
    public void Text_to_json_to_text_keeps_meaning()
    {
        foreach (var text in CorpusCases.All().Select(test => test.Policies).Distinct())
        {
            var policies = PolicySet.Parse(text);
            var again = PolicyJson.Read(PolicyJson.Write(policies).ToJsonString());
            Assert.Equal(policies.Policies.Select(p => p.ToString()), again.Policies.Select(p => p.ToString()));
            Assert.Equal(policies.Policies.Select(p => p.ToString()),
                PolicySet.Parse(string.Join('\n', policies.Policies)).Policies.Select(p => p.ToString()));
        }
    }

    [Fact]
    public void Formatting_twice_changes_nothing()
    {
        foreach (var text in CorpusCases.All().Select(test => test.Policies).Distinct().Take(1000))
        {
            var once = PolicyFormatter.Format(text);
            Assert.Equal(once, PolicyFormatter.Format(once));
        }
    }
}
