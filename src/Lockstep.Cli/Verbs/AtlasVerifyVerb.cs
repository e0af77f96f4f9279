using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Client;
using Lockstep.Connectors;

namespace Lockstep.Cli.Verbs;

/// <summary><c>atlas verify</c>: measure the rows of the atlas again on one's own system, with its canary.</summary>
internal static class AtlasVerifyVerb
{
    internal static Command Create(Terminal terminal)
    {
        var system = new Argument<string>("system") { Description = "The configured name of a system that has a canary" };
        return VerbOptions.Verb(
            "verify", "Measures rows again on your own system, with its canary; exit code 1 if one does not hold there",
            "lockstep atlas verify directory", system)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(system);
                var running = client.RunCanariesAsync(new CanaryRequest(name), cancellationToken);
                var answer = await terminal.WaitAsync("cutting the canary, and trying what it holds", running);
                var view = answer.Systems.First(s => s.System == name || s.Error is not null);
                var kind = (await client.SystemsAsync(asOf: null, cancellationToken)).Systems.First(s => s.Name == name).Kind;
                var notTried = Atlas.Of(kind).Select(r => r.Id).Except(view.Rows.Select(r => r.Row)).ToList();
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Output.WriteLine(new JsonObject
                    {
                        ["system"] = name,
                        ["error"] = view.Error?.Detail,
                        ["rows"] = new JsonArray([.. view.Rows.Select(
                            r => (JsonNode)new JsonObject { ["row"] = r.Row, ["holds"] = r.Holds, ["seen"] = r.Seen })]),
                        ["notTried"] = new JsonArray([.. notTried.Select(r => (JsonNode)r)]),
                    }.ToJsonString());
                }
                else
                {
                    Write(terminal, view, notTried);
                }

                return view.Error is null && view.Rows.All(r => r.Holds is true) ? ExitCode.Ok : ExitCode.DoesNotHold;
            });
    }

    private static void Write(Terminal terminal, CanaryView view, List<string> notTried)
    {
        if (view.Error is { } error)
        {
            terminal.Problem($"{error.Code} {error.Detail}");
            return;
        }

        terminal.Table(
            ["row", "here", "seen"],
            view.Rows.Select(r => (IReadOnlyList<string>)
                [r.Row, r.Holds switch { true => "holds", false => "DOES NOT HOLD", null => "could not be seen" }, r.Seen]));
        terminal.Line($"{view.Rows.Count} rows were tried; a canary cannot try the other {notTried.Count} of this kind of system: they need "
            + "more than an account with harmless access.");
    }
}
