using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Xunit;

namespace Lockstep.Cedar.Tests.Corpus;

public sealed class CorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_request_of_the_corpus_is_decided_as_expected()
    {
        var (requests, failures) = (0, new List<string>());
        foreach (var test in CorpusCases.All())
        {
            try
            {
                var schema = Schema.Parse(test.Schema);
                var entities = EntityJson.Read(test.Entities, schema);
                var authorizer = new Authorizer(PolicySet.Parse(test.Policies));
                foreach (var request in test.Requests)
                {
                    requests++;
                    if (Differs(request, authorizer, entities, schema) is { } difference)
                    {
                        failures.Add($"{test.Name}: {request.Json.GetProperty("description")}: {difference}");
                    }
                }
            }
            catch (CedarException fault)
            {
                failures.Add($"{test.Name}: {fault.Message}");
            }
        }

        output.WriteLine($"{requests} requests, {failures.Count} differences");
        Assert.True(requests > 31_000, $"only {requests} requests were read");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(20)) + $"\n{failures.Count} in all");
    }

    private static string? Differs(CorpusRequest expected, Authorizer authorizer, EntityStore entities, Schema schema)
    {
        var action = ValueJson.Uid(expected.Json.GetProperty("action"), "action");
        var request = new AuthorizationRequest(
            ValueJson.Uid(expected.Json.GetProperty("principal"), "principal"),
            action,
            ValueJson.Uid(expected.Json.GetProperty("resource"), "resource"),
            ValueJson.Record(expected.Json.GetProperty("context"), schema.Actions.GetValueOrDefault(action)?.Context, "context"));
        if (expected.Validate)
        {
            new Conformance(schema).Check(request);
        }

        var indexed = authorizer.Decide(request, entities);
        var plain = authorizer.DecidePlainly(request, entities);
        var decision = indexed.IsAllowed ? "allow" : "deny";
        return decision != expected.Decision ? $"decided {decision}"
            : !expected.Set("reason").SetEquals(indexed.Determining.Select(p => p.Id)) ? "reasons differ"
            : !expected.Set("errors").SetEquals(indexed.Faults.Select(f => f.Policy.Id)) ? "errors differ"
            : plain.IsAllowed != indexed.IsAllowed || !plain.Determining.ToHashSet().SetEquals(indexed.Determining)
                || plain.Faults.Length != indexed.Faults.Length ? "the index differs from the plain decision" : null;
    }
}
