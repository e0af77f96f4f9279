using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>case</c>: one case with its steps, followed to its end if asked.</summary>
internal static class CaseVerb
{
    internal static Command Create(Terminal terminal)
    {
        var id = new Argument<Guid>("id") { Description = "The case's id" };
        var watch = new Option<bool>("--watch") { Description = "Follow it until it is closed" };
        return VerbOptions.Verb(
            "case", "One case with its steps; exit code 1 if it is residual or failed", "lockstep case 0198c1e2-... --watch", id, watch)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var detail = await client.CaseAsync(parsed.GetValue(id), cancellationToken);
                return await FollowAsync(
                    terminal, client, detail, parsed.GetValue(watch), parsed.GetValue(VerbOptions.Json), cancellationToken);
            });
    }

    /// <summary>Shows a case, after following it to its end if asked; what happens meanwhile goes to standard error.</summary>
    internal static async Task<int> FollowAsync(
        Terminal terminal, LockstepClient client, CaseDetail detail, bool isWatched, bool isJson, CancellationToken cancellationToken)
    {
        if (isWatched && detail.Case.ClosedAt is null)
        {
            terminal.Error.WriteLine($"lockstep: case {detail.Case.Id} runs; Ctrl-C stops watching, not the case");
            CaseDetail? before = null;
            await foreach (var now in client.WatchCaseAsync(detail.Case.Id, cancellationToken))
            {
                CaseText.Changes(terminal.Error, before, now);
                before = detail = now;
            }
        }

        if (isJson)
        {
            terminal.Json(detail, WireJson.Default.CaseDetail);
        }
        else
        {
            CaseText.Case(terminal, detail);
        }

        return CaseText.ExitOf(detail);
    }
}
