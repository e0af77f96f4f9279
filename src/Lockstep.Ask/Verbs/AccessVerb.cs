using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>access</c>: what an identity can do, with a chain for each.</summary>
internal static class AccessVerb
{
    internal static Command Create(Terminal terminal)
    {
        var identity = new Argument<string>("identity") { Description = "Node id, name, mail or account name" };
        var asOf = VerbOptions.AsOf();
        var max = VerbOptions.Max();
        return VerbOptions.Verb("access", "What an identity can do, with a chain for each", "lockstep access dana", identity, asOf, max)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await client.AccessAsync(
                    parsed.GetRequiredValue(identity), parsed.GetValue(asOf), cancellationToken, parsed.MaxOf(max));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.AccessAnswer);
                    return ExitCode.Ok;
                }

                terminal.Line($"{answer.Identity.Name} ({answer.Identity.Id}, {answer.Identity.State}) can do "
                    + $"{answer.Access.Found} things:");
                foreach (var chain in answer.Access.Chains)
                {
                    ChainView.Draw(terminal, chain);
                }

                ChainView.Limits(terminal, answer.Access);
                return ExitCode.Ok;
            });
    }
}
