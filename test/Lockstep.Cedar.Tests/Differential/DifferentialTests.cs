using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Json;
using Lockstep.Cedar.Lines;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Tests.Judge;
using Lockstep.Cedar.Values;
using Xunit;

namespace Lockstep.Cedar.Tests.Differential;

/// <summary>Generated cases, put to us and to the reference implementation by the same lines.</summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int Policies = 4;
    private const int Requests = 10;
    private const int Triples = 100_000;
    private const int Pairs = 20_000;

    [Fact]
    public void Generated_requests_are_decided_as_by_the_reference()
    {
        using var oracle = new CedarOracle();
        var triples = 0;
        var (allows, errors) = (0, 0);
        for (var seed = 0; triples < Triples; seed++)
        {
            var test = new CaseGenerator(seed).Next(Policies, Requests, depth: 4);
            var difference = FirstDifference(test, oracle, ref triples, ref allows, ref errors);
            if (difference is not null)
            {
                Assert.Fail($"seed {seed}: {Shrink(test, oracle)}");
            }
        }

        output.WriteLine($"{triples} triples: {allows} allowed, {errors} with errors, 0 differences");
        Assert.True(allows > triples / 10 && errors > triples / 100, "the generator has lost its variety");
    }

    [Fact]
    public void Generated_policies_validate_as_by_the_reference()
    {
        using var oracle = new CedarOracle();
        var (pairs, valid) = (0, 0);
        for (var seed = 1_000_000; pairs < Pairs; seed++)
        {
            var test = new CaseGenerator(seed).Next(policies: 1, requests: 0, depth: 4);
            pairs++;
            if (ValidityDifference(test, oracle, out var isValid) is { } difference)
            {
                Assert.Fail($"seed {seed}: {difference}\n{test.Schema}\n{string.Join('\n', test.Policies)}");
            }

            valid += isValid ? 1 : 0;
        }

        output.WriteLine($"{pairs} pairs: {valid} valid, 0 differences");
        Assert.True(valid > pairs / 5 && valid < pairs * 19 / 20, $"the generator has lost its variety: {valid} of {pairs} are valid");
    }

    private static string? ValidityDifference(GeneratedCase test, CedarOracle oracle, out bool isValid)
    {
        var ours = new LineSession();
        var load = Load(test);
        var (one, two) = (JsonNode.Parse(ours.Answer(load))!, oracle.Ask(load));
        isValid = false;
        if ((one["error"] is null) != (two["error"] is null))
        {
            return $"load: ours {one.ToJsonString()}, reference {two.ToJsonString()}";
        }

        if (one["error"] is not null)
        {
            return null;
        }

        const string Validate = """{"op":"validate","id":"x"}""";
        (one, two) = (JsonNode.Parse(ours.Answer(Validate))!, oracle.Ask(Validate));
        isValid = (bool)two["valid"]!;
        return (bool)one["valid"]! == isValid ? null : $"ours {one.ToJsonString()}, reference {two.ToJsonString()}";
    }

    private static string Load(GeneratedCase test) => new JsonObject
    {
        ["op"] = "load",
        ["id"] = "x",
        ["policies"] = test.IsJson ? Linked(test) : string.Join('\n', test.Policies),
        ["entities"] = test.Entities.DeepClone(),
        ["schema"] = test.Schema,
    }.ToJsonString();

    // The JSON format, with each policy also as a template: its scopes become slots, linked to entities that the policy may not name.
    private static JsonObject Linked(GeneratedCase test)
    {
        var written = PolicySet.Parse(string.Join('\n', test.Policies));
        var set = PolicySet.Of([.. written.Policies, .. written.Policies.Select((policy, i) => policy with
        {
            Id = $"template{i}",
            Principal = new(ScopeKind.In, HasSlot: true),
            Resource = i % 2 == 0 ? new(ScopeKind.Equal, HasSlot: true) : policy.Resource,
        })]);
        foreach (var template in set.Templates)
        {
            for (var id = 0; id < 2; id++)
            {
                var values = new Dictionary<string, EntityUid> { ["?principal"] = new("T0", $"{id}") };
                if (template.Resource.HasSlot)
                {
                    values["?resource"] = new("T1", $"{id}");
                }

                set = set.Link(template.Id, $"{template.Id}-{id}", values);
            }
        }

        return PolicyJson.Write(set);
    }

    private static string? FirstDifference(GeneratedCase test, CedarOracle oracle, ref int triples, ref int allows, ref int errors)
    {
        var ours = new LineSession();
        var load = Load(test);
        var (one, two) = (ours.Answer(load), oracle.Ask(load));
        if (one.Contains("\"error\"") != (two["error"] is not null))
        {
            return $"load: ours {one}, reference {two.ToJsonString()}";
        }

        if (two["error"] is not null)
        {
            return null;
        }

        foreach (var request in test.Requests)
        {
            var question = (JsonObject)request.DeepClone();
            question["op"] = "authorize";
            question["id"] = "x";
            var line = question.ToJsonString();
            two = oracle.Ask(line);
            triples++;
            allows += (string?)two["decision"] == "allow" ? 1 : 0;
            errors += two["errors"] is JsonArray { Count: > 0 } ? 1 : 0;
            var answer = ours.Answer(line);
            if (Essence(JsonNode.Parse(answer)!) != Essence(two))
            {
                return $"{line}\nours {answer}\nreference {two.ToJsonString()}";
            }
        }

        return null;
    }

    // Error messages differ and may; which policies failed may not.
    private static string Essence(JsonNode answer) => answer["error"] is not null ? "error"
        : $"{answer["decision"]} {answer["reason"]!.ToJsonString()} "
            + $"{string.Join(',', answer["errors"]!.AsArray().Select(e => (string?)e!["policy"]).Order())}";

    // Smaller cases that still differ: fewer requests, fewer policies, then parts of expressions in place of the whole.
    private static string Shrink(GeneratedCase test, CedarOracle oracle)
    {
        var clock = Stopwatch.StartNew();
        var (t, a, e) = (0, 0, 0);
        var found = FirstDifference(test, oracle, ref t, ref a, ref e);
        for (var shrunk = true; shrunk && clock.Elapsed.TotalSeconds < 20;)
        {
            shrunk = false;
            foreach (var smaller in Shrinking.Smaller(test))
            {
                if (FirstDifference(smaller, oracle, ref t, ref a, ref e) is { } difference)
                {
                    (test, found, shrunk) = (smaller, difference, true);
                    break;
                }
            }
        }

        return $"{found}\n--- policies\n{string.Join('\n', test.Policies)}\n--- schema\n{test.Schema}\n--- "
            + $"entities\n{test.Entities.ToJsonString(new JsonSerializerOptions())}";
    }
}
