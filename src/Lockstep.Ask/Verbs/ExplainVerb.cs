using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>explain</c>: every way in which an identity reaches an action on a resource.</summary>
internal static class ExplainVerb
{
    internal static Command Create(Terminal terminal)
    {
        var identity = new Argument<string>("identity") { Description = "Node id, name, mail or account name" };
        var action = new Argument<string>("action") { Description = "The system's own word, such as SELECT; `read` for a secret" };
        var resource = new Argument<string>("resource") { Description = "Node id or name of a resource or secret" };
        var asOf = VerbOptions.AsOf();
        var chains = new Option<int?>("--chains") { Description = "How many ways to show, shortest first; 1 to 200, 20 unless given" };
        return VerbOptions.Verb(
                "explain", "Whether and how an identity can do something; exit code 1 if it cannot",
                    "lockstep explain dana SELECT payments", identity, action, resource, asOf, chains)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await client.ExplainAsync(
                    parsed.GetRequiredValue(identity),
                    parsed.GetRequiredValue(action),
                    parsed.GetRequiredValue(resource),
                    parsed.GetValue(asOf),
                    cancellationToken,
                    parsed.GetValue(chains));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.ExplainAnswer);
                }
                else
                {
                    Write(terminal, answer);
                }

                return answer.Holds ? ExitCode.Ok : ExitCode.DoesNotHold;
            });
    }

    private static void Write(Terminal terminal, ExplainAnswer answer)
    {
        var can = answer.Holds ? $"can, in {answer.Access.Chains.Count} ways{(answer.MayHaveMore ? " and maybe more (--chains)" : string.Empty)}" : "cannot";
        terminal.Line($"{answer.Identity.Name} {can}: {answer.Action} on {answer.Resource.Name} ({answer.Resource.Id})");
        foreach (var chain in answer.Access.Chains)
        {
            ChainView.Draw(terminal, chain);
        }

        ChainView.Limits(terminal, answer.Access.IsComplete, answer.Access.Limit, answer.Access.NotSeen);
    }
}
