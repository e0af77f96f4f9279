using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>
/// Holds AuthZEN's answers under the shipped policy to what the graph says: for every identity all that it reaches, for everything
/// reached all who reach it, for every pair the actions, and for a sample of pairs the evaluation itself, both ways.
/// </summary>
internal static class Agreement
{
    private const int DeniesPerIdentity = 5;

    /// <summary>Compares everything; gives how many pairs of identity and target are permitted.</summary>
    internal static async Task<int> RequireAsync(IEstate estate, Func<string, string, Task<JsonElement>> ask)
    {
        var at = DateTimeOffset.UtcNow;
        var identities = estate.NodesOf(NodeKinds.Identity).Select(n => n.Id).Order().ToList();
        var reached = identities.ToDictionary(i => i, i => estate.Graph.AccessOf(i, at, QueryLimits.Default, default).Value.Select(c => c.Target).ToHashSet());
        var targets = estate.Links.Select(AccessTarget.Of).OfType<AccessTarget>().Where(t => estate.Find(t.Resource) is not null).Distinct().ToList();
        foreach (var identity in identities)
        {
            foreach (var (kind, action) in targets.Select(t => (t.Resource.Kind, t.Action)).Distinct())
            {
                var expected = reached[identity].Where(t => t.Action == action && t.Resource.Kind == kind && estate.Find(t.Resource) is not null);
                Assert.Equal(
                    expected.Select(t => t.Resource.ToString()).Order(StringComparer.Ordinal),
                    await SearchAsync(ask, "resource", Entity(identity), action, new() { ["type"] = kind }));
            }

            foreach (var target in targets.Where(t => !reached[identity].Contains(t)).Take(DeniesPerIdentity).Concat(reached[identity]))
            {
                var answer = await ask("evaluation", Body(Entity(identity), target.Action, Entity(target.Resource)).ToJsonString());
                Assert.True(reached[identity].Contains(target) == answer.GetProperty("decision").GetBoolean(), $"{identity} {target}: {answer}");
            }

            foreach (var resource in reached[identity].Select(t => t.Resource).Distinct())
            {
                Assert.Equal(
                    reached[identity].Where(t => t.Resource == resource).Select(t => t.Action).Order(StringComparer.Ordinal),
                    await SearchAsync(ask, "action", Entity(identity), null, Entity(resource)));
            }
        }

        foreach (var target in targets)
        {
            var who = estate.Graph.WhoCan(target, at, QueryLimits.Default, default).Value.Select(c => c.Start.ToString());
            Assert.Equal(
                who.Order(StringComparer.Ordinal),
                await SearchAsync(ask, "subject", new() { ["type"] = NodeKinds.Identity }, target.Action, Entity(target.Resource)));
        }

        return reached.Values.Sum(r => r.Count);
    }

    private static async Task<IEnumerable<string>> SearchAsync(
        Func<string, string, Task<JsonElement>> ask, string what, JsonObject subject, string? action, JsonObject resource)
    {
        var answer = await ask($"search/{what}", Body(subject, action, resource).ToJsonString());
        Assert.Equal(string.Empty, answer.GetProperty("page").GetProperty("next_token").GetString());
        return answer.GetProperty("results").EnumerateArray().Select(r => r.GetProperty(what == "action" ? "name" : "id").GetString()!).ToList();
    }

    private static JsonObject Body(JsonObject subject, string? action, JsonObject resource)
    {
        var body = new JsonObject { ["subject"] = subject, ["resource"] = resource };
        if (action is not null)
        {
            body["action"] = new JsonObject { ["name"] = action };
        }

        return body;
    }

    private static JsonObject Entity(NodeId id) => new() { ["type"] = id.Kind, ["id"] = id.ToString() };
}
