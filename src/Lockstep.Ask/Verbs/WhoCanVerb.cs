using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>who-can</c>: every identity that reaches an action on a resource.</summary>
internal static class WhoCanVerb
{
    internal static Command Create(Terminal terminal)
    {
        var action = new Argument<string>("action") { Description = "The system's own word, such as SELECT; `read` for a secret" };
        var resource = new Argument<string>("resource") { Description = "Node id or name of a resource or secret" };
        var asOf = VerbOptions.AsOf();
        var max = VerbOptions.Max();
        return VerbOptions.Verb(
            "who-can", "Every identity that can do something, and how", "lockstep who-can SELECT payments", action, resource, asOf, max)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await client.WhoCanAsync(
                    parsed.GetRequiredValue(action), parsed.GetRequiredValue(resource), parsed.GetValue(asOf), cancellationToken,
                    parsed.MaxOf(max));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.WhoCanAnswer);
                    return ExitCode.Ok;
                }

                terminal.Line($"{answer.Access.Found} identities can {answer.Action} on {answer.Resource.Name} "
                    + $"({answer.Resource.Id}):");
                foreach (var chain in answer.Access.Chains)
                {
                    ChainView.Draw(terminal, chain, $"{chain.Start.Name} ({chain.Start.State}); after a cut: {chain.DenialBound}");
                }

                ChainView.Limits(terminal, answer.Access);
                return ExitCode.Ok;
            });
    }
}
