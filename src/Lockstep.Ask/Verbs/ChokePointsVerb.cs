using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>choke-points</c>: the links that most identities depend on.</summary>
internal static class ChokePointsVerb
{
    internal static Command Create(Terminal terminal)
    {
        var action = new Argument<string>("action") { Description = "The system's own word, such as SELECT; `read` for a secret" };
        var resource = new Argument<string>("resource") { Description = "Node id or name of a resource or secret" };
        var (asOf, max) = (VerbOptions.AsOf(), VerbOptions.Max());
        return VerbOptions.Verb(
            "choke-points", "The links whose cut takes an action on a resource from most identities", "lockstep choke-points SELECT payments",
            action, resource, asOf, max).Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await client.ChokePointsAsync(
                    parsed.GetRequiredValue(action), parsed.GetRequiredValue(resource), parsed.GetValue(asOf), cancellationToken,
                    parsed.GetValue(max));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.ChokePointsAnswer);
                    return ExitCode.Ok;
                }

                var none = answer.IsComplete ? ": none, nobody depends on one place" : string.Empty;
                terminal.Line($"Choke points of {answer.Action} on {answer.Resource.Name} ({answer.Resource.Id}){none}");
                foreach (var point in answer.ChokePoints)
                {
                    var link = point.Links[0];
                    var more = point.Links.Count > 1 ? $", and {point.Links.Count - 1} more between the same two" : string.Empty;
                    terminal.Line($"  {point.Identities,6}  {link.From.Name} ({link.From.Kind}) {link.Kind} {link.To.Name} ({link.To.Kind}, {link.Source}){more}");
                }

                ChainView.Limits(terminal, answer.IsComplete, answer.Limit, answer.NotSeen);
                return ExitCode.Ok;
            });
    }
}
