using System.CommandLine;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>offboard</c>: cut off everything that an identity can reach, and prove it.</summary>
internal static class OffboardVerb
{
    internal static Command Create(Terminal terminal)
    {
        var identity = new Argument<string>("identity") { Description = "Node id, name, mail or account name" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show the plan that would run, and do nothing" };
        var noWait = new Option<bool>("--no-wait") { Description = "Open the case and return; `lockstep case ID --watch` follows it" };
        var reason = new Option<string>("--reason") { Description = "Why, for the ledger", DefaultValueFactory = _ => "offboarding" };
        var example = "lockstep offboard dana --dry-run\nlockstep offboard dana --reason \"leaves on Friday\"";
        return VerbOptions.Verb(
            "offboard", "Cuts off everything an identity can reach, and proves it", example, identity, dryRun, noWait, reason)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var request = new OpenCase(parsed.GetRequiredValue(identity), parsed.GetValue(reason) ?? "offboarding");
                if (!parsed.GetValue(dryRun))
                {
                    var opened = await client.OpenCaseAsync(request, cancellationToken);
                    return await CaseVerb.FollowAsync(
                        terminal, client, opened, !parsed.GetValue(noWait), parsed.GetValue(VerbOptions.Json), cancellationToken);
                }

                var plan = await client.PlanAsync(request, cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(plan, WireJson.Default.PlanView);
                }
                else
                {
                    CaseText.Plan(terminal, plan);
                }

                return ExitCode.Ok;
            });
    }
}
