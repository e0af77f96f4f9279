using System.Text.Json;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Partial;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Tests.Differential;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;
using Xunit;

namespace Lockstep.Cedar.Tests.Partial;

public sealed class PartialTests(ITestOutputHelper output)
{
    // The oracle is the evaluator itself: whatever the unknown part turns out to be, the partial answer must have been right.
    [Fact]
    public void What_is_said_of_an_unknown_part_holds_for_every_value_of_it()
    {
        var (checkedPolicies, depends) = (0, 0);
        for (var seed = 2_000_000; seed < 2_000_400; seed++)
        {
            var test = new CaseGenerator(seed).Next(policies: 4, requests: 6, depth: 3);
            var schema = Schema.Parse(test.Schema);
            using var json = JsonDocument.Parse(test.Entities.ToJsonString());
            var entities = EntityJson.Read(json.RootElement, schema);
            var authorizer = new Authorizer(PolicySet.Parse(string.Join('\n', test.Policies)));
            foreach (var request in test.Requests.Select(r => Read(r.ToJsonString(), schema)))
            {
                foreach (var partial in Blurred(request, seed))
                {
                    var answer = new PartialAuthorizer(authorizer).Ask(partial, entities);
                    foreach (var policy in authorizer.Policies.Policies)
                    {
                        checkedPolicies++;
                        depends += Require(answer.Policies.FirstOrDefault(p => p.Policy == policy), policy, request, entities) ? 1 : 0;
                    }

                    var allowed = authorizer.Decide(request, entities).IsAllowed;
                    Assert.True(answer.IsAllowed is null
                        || answer.IsAllowed == allowed, $"seed {seed}: said {answer.IsAllowed}, is {allowed}");
                }
            }
        }

        output.WriteLine($"{checkedPolicies} answers, {depends} of which depend");
        Assert.True(depends > 1000);
    }

    [Fact]
    public void A_deny_says_what_would_have_to_be_different()
    {
        var authorizer = new Authorizer(PolicySet.Parse("""
            permit (principal in Group::"admins", action == Action::"read", resource) when { resource.owner == principal && context.mfa };
            permit (principal in Group::"root", action == Action::"drop", resource);
            """));
        var alice = new EntityUid("User", "alice");
        var doc = new EntityUid("Doc", "d");
        var entities = EntityStore.Of([
            EntityFacts.Of(alice, new EntityUid("Group", "admins")),
            new(doc, new([new("owner", CedarValue.Of(alice))]), [], CedarRecord.Empty)]);
        var request = new AuthorizationRequest(alice, new("Action", "read"), doc, new([new("mfa", CedarValue.False)]));
        var nearest = new PartialAuthorizer(authorizer).Explain(request, entities).Ways[0];
        Assert.Equal("policy0", nearest.Policy.Id);
        var unmet = Assert.Single(nearest.Unmet);
        Assert.Equal("context.mfa", unmet.Condition.ToString());
        Assert.Equal(new Reading("context.mfa", "false"), Assert.Single(unmet.Readings));
    }

    [Fact]
    public void Principals_who_could_are_those_who_are_allowed_one_by_one()
    {
        var authorizer = new Authorizer(PolicySet.Parse("""
            permit (principal in Group::"a", action, resource) unless { principal has blocked && principal.blocked };
            """));
        var users = Enumerable.Range(0, 50).Select(i => new EntityFacts(new("User", $"{i}"),
            new(i % 3 == 0 ? [new("blocked", CedarValue.True)] : []), i % 2 == 0 ? [new("Group", "a")] : [], CedarRecord.Empty)).ToList();
        var entities = EntityStore.Of(users);
        var found = new PartialAuthorizer(authorizer).FindPrincipals(
            users.Select(u => u.Uid), new("Action", "x"), new("Doc", "d"), CedarRecord.Empty, entities);
        Assert.Equal(Enumerable.Range(0, 50).Where(i => i % 2 == 0 && i % 3 != 0).Select(i => $"{i}"), found.Select(u => u.Id));
    }

    private static bool Require(PossiblePolicy? possible, Policy policy, AuthorizationRequest request, EntityStore entities)
    {
        var frame = new EvaluationFrame();
        frame.Begin(request, entities);
        var applies = new CompiledPolicy(policy, 0, []).Applies(frame) == true;
        switch (possible?.Possibility)
        {
            case null or PolicyPossibility.Fails:
                Assert.False(applies, $"said never: {policy}");
                return false;
            case PolicyPossibility.Always:
                Assert.True(applies, $"said always: {policy}");
                return false;
            default:
                var value = Authorizer.Evaluate(possible!.Condition, request, entities, out _);
                Assert.True((value.Kind == CedarKind.Bool && value.AsBool) == applies, $"{policy}\nleft: {possible.Condition}");
                return true;
        }
    }

    private static IEnumerable<PartialRequest> Blurred(AuthorizationRequest request, int seed)
    {
        var known = new PartialRequest { Principal = request.Principal, Action = request.Action, Resource = request.Resource, Context =
            request.Context };
        yield return known with { Principal = null, PrincipalType = seed % 2 == 0 ? request.Principal.Type : null };
        yield return known with { Resource = null, ResourceType = seed % 2 == 0 ? request.Resource.Type : null };
        yield return known with { Context = null };
        yield return known with { Principal = null, Action = null, Resource = null, Context = null };
    }

    private static AuthorizationRequest Read(string text, Schema schema)
    {
        using var json = JsonDocument.Parse(text);
        var action = ValueJson.Uid(json.RootElement.GetProperty("action"), "action");
        return new(ValueJson.Uid(json.RootElement.GetProperty("principal"), "p"), action,
            ValueJson.Uid(json.RootElement.GetProperty("resource"), "r"),
            ValueJson.Record(json.RootElement.GetProperty("context"), schema.Actions[action].Context, "context"));
    }
}
