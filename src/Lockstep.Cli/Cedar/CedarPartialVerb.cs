using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Partial;

namespace Lockstep.Cli.Cedar;

/// <summary><c>cedar partial</c>: which policies could apply, and what they would still need to know.</summary>
internal static class CedarPartialVerb
{
    public static Command Build()
    {
        var command = CedarInputs.Verb(
            "partial", "Leave out what is not known: says which policies could apply and what they would still need to know.",
            "lockstep cedar partial -p policies.cedar -e entities.json --action 'Action::\"view\"' --resource 'Photo::\"a.jpg\"'");
        var options = new CedarRequestOptions(command, isPartial: true);
        var principalType = new Option<string?>("--principal-type") { Description = "The type of a principal that is not known." };
        var resourceType = new Option<string?>("--resource-type") { Description = "The type of a resource that is not known." };
        command.Options.Add(principalType);
        command.Options.Add(resourceType);
        command.SetAction(given => CedarInputs.Run(options.IsJson(given), () =>
        {
            var question = options.Read(given);
            var answer = new PartialAuthorizer(question.Authorizer).Ask(new()
            {
                Principal = question.Principal,
                Action = question.Action,
                Resource = question.Resource,
                Context = question.Context,
                PrincipalType = given.GetValue(principalType),
                ResourceType = given.GetValue(resourceType),
            }, question.Entities);
            Write(answer, options.IsJson(given));
            return 0;
        }));
        return command;
    }

    private static void Write(PartialAnswer answer, bool isJson)
    {
        var decision = answer.IsAllowed switch { true => "allow", false => "deny", _ => "unknown" };
        if (isJson)
        {
            CedarInputs.Write(new JsonObject
            {
                ["decision"] = decision,
                ["policies"] = new JsonArray([.. answer.Policies.Select(p => (JsonNode)new JsonObject
                {
                    ["policy"] = p.Policy.Id,
                    ["applies"] = p.Possibility.ToString().ToLowerInvariant(),
                    ["condition"] = p.Condition.ToString(),
                    ["needs"] = new JsonArray([.. p.Needs.Select(need => (JsonNode)need)]),
                })]),
            });
            return;
        }

        Console.Out.WriteLine(decision);
        foreach (var possible in answer.Policies)
        {
            Console.Out.WriteLine($"  {possible.Policy.Id} {possible.Possibility.ToString().ToLowerInvariant()}: {possible.Condition}");
        }
    }
}
