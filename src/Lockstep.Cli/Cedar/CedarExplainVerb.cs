using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Partial;

namespace Lockstep.Cli.Cedar;

/// <summary><c>cedar explain</c>: why, and what would have to be different.</summary>
internal static class CedarExplainVerb
{
    private const int WaysShown = 5;

    public static Command Build()
    {
        var command = CedarInputs.Verb(
            "explain", "Decide one request and say why; for a deny, what would have to be different, nearest way first.",
            "lockstep cedar explain -p policies.cedar -e entities.json --principal 'User::\"bob\"' --action 'Action::\"edit\"' --resource "
                + "'Photo::\"a.jpg\"'");
        var options = new CedarRequestOptions(command, isPartial: false);
        command.SetAction(given => CedarInputs.Run(options.IsJson(given), () =>
        {
            var question = options.Read(given);
            var explanation = new PartialAuthorizer(question.Authorizer).Explain(question.ToRequest(), question.Entities);
            if (options.IsJson(given))
            {
                CedarInputs.Write(Of(explanation));
            }
            else
            {
                Write(explanation);
            }

            return explanation.Decision.IsAllowed ? ExitCode.Ok : ExitCode.DoesNotHold;
        }));
        return command;
    }

    private static void Write(Explanation explanation)
    {
        Console.Out.WriteLine(explanation.Decision.IsAllowed ? "allow" : "deny");
        foreach (var policy in explanation.Decision.Determining)
        {
            Console.Out.WriteLine($"  {(explanation.Decision.IsAllowed ? "permitted" : "forbidden")} by {policy.Id}");
        }

        foreach (var condition in explanation.Standing.SelectMany(forbid => forbid.Met))
        {
            Console.Out.WriteLine($"    as long as {condition.Condition}");
        }

        foreach (var way in explanation.Ways.Take(WaysShown))
        {
            Console.Out.WriteLine(
                way.Unmet.IsEmpty ? $"  {way.Policy.Id} would permit, were it not forbidden" : $"  {way.Policy.Id} would permit, if");
            foreach (var unmet in way.Unmet)
            {
                Console.Out.WriteLine($"    {unmet.Condition}{(unmet.Fault is null ? string.Empty : $"   ({unmet.Fault})")}");
                foreach (var reading in unmet.Readings)
                {
                    Console.Out.WriteLine($"      {reading.What} is {reading.Value}");
                }
            }
        }
    }

    private static JsonObject Of(Explanation explanation)
    {
        var json = CedarAuthorizeVerb.Of(explanation.Decision);
        json["forbids"] = new JsonArray([.. explanation.Standing.Select(forbid => (JsonNode)new JsonObject
        {
            ["policy"] = forbid.Policy.Id,
            ["met"] = new JsonArray([.. forbid.Met.Select(met => (JsonNode)met.Condition.ToString())]),
        })]);
        json["ways"] = new JsonArray([.. explanation.Ways.Select(way => (JsonNode)new JsonObject
        {
            ["policy"] = way.Policy.Id,
            ["unmet"] = new JsonArray([.. way.Unmet.Select(unmet => (JsonNode)new JsonObject
            {
                ["condition"] = unmet.Condition.ToString(),
                ["fault"] = unmet.Fault,
                ["readings"] = new JsonObject(unmet.Readings.Select(r => KeyValuePair.Create(r.What, (JsonNode?)r.Value))),
            })]),
        })]);
        return json;
    }
}
