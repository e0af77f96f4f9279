using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>residual</c>: what still works of identities that left, and what would come back by itself.</summary>
internal static class ResidualVerb
{
    internal static Command Create(Terminal terminal)
    {
        var identity = new Argument<string?>(
            "identity") { Description = "One identity; all that are not active unless named", Arity = ArgumentArity.ZeroOrOne };
        var asOf = VerbOptions.AsOf();
        return VerbOptions.Verb(
            "residual", "What still works of identities that left; exit code 1 if anything does", "lockstep residual dana", identity, asOf)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await terminal.WaitAsync(
                    "looking at everybody who left", client.ResidualAsync(parsed.GetValue(identity), parsed.GetValue(asOf), cancellationToken));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.ResidualAnswer);
                }
                else
                {
                    Write(terminal, answer);
                }

                return answer.Residual.Any(r => !r.IsLatent) ? ExitCode.DoesNotHold : ExitCode.Ok;
            });
    }

    private static void Write(Terminal terminal, ResidualAnswer answer)
    {
        var live = answer.Residual.Count(r => !r.IsLatent);
        terminal.Line($"{live} chains still work, {answer.Residual.Count - live} are latent");
        foreach (var residual in answer.Residual)
        {
            var word = residual.IsLatent ? "latent" : "works";
            ChainView.Draw(terminal, residual.Chain,
                $"{residual.Identity.Name}: {word}: {ChainView.Headline(residual.Chain)} ({residual.Why})");
        }

        ChainView.Limits(terminal, isComplete: true, null, answer.NotSeen);
    }
}
