using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Evaluation;

namespace Lockstep.Cli.Cedar;

/// <summary><c>cedar authorize</c>: one decision.</summary>
internal static class CedarAuthorizeVerb
{
    public static Command Build()
    {
        var command = CedarInputs.Verb("authorize", "Decide one request. Exit code 0 allows, 1 denies.",
            "lockstep cedar authorize -p policies.cedar -e entities.json --principal 'User::\"alice\"' --action 'Action::\"view\"' "
                + "--resource 'Photo::\"a.jpg\"'");
        var options = new CedarRequestOptions(command, isPartial: false);
        command.SetAction(given => CedarInputs.Run(options.IsJson(given), () =>
        {
            var question = options.Read(given);
            var decision = question.Authorizer.Decide(question.ToRequest(), question.Entities);
            Write(decision, options.IsJson(given));
            return decision.IsAllowed ? ExitCode.Ok : ExitCode.DoesNotHold;
        }));
        return command;
    }

    private static void Write(Decision decision, bool isJson)
    {
        if (isJson)
        {
            CedarInputs.Write(Of(decision));
            return;
        }

        Console.Out.WriteLine(decision.IsAllowed ? "allow" : "deny");
        foreach (var policy in decision.Determining)
        {
            Console.Out.WriteLine($"  because of {policy.Id}");
        }

        foreach (var fault in decision.Faults)
        {
            Console.Error.WriteLine($"  skipped {fault.Policy.Id}: {fault.Fault.Message}");
        }
    }

    public static JsonObject Of(Decision decision) => new()
    {
        ["decision"] = decision.IsAllowed ? "allow" : "deny",
        ["reason"] = new JsonArray([.. decision.Determining.Select(p => (JsonNode)p.Id)]),
        ["errors"] = new JsonArray(
            [.. decision.Faults.Select(f => (JsonNode)new JsonObject { ["policy"] = f.Policy.Id, ["message"] = f.Fault.Message })]),
    };
}
