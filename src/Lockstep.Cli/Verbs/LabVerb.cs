using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Lab;
using Lockstep.Lab.Packages;
using Lockstep.Lab.Payments;
using Lockstep.Lab.Seed;

namespace Lockstep.Cli.Verbs;

/// <summary><c>lab</c>: the real systems on loopback that demo and tests use.</summary>
internal static class LabVerb
{
    internal static Command Create(Terminal terminal) => VerbOptions.Verb(
        "lab",
        "Real systems on loopback, for trying things out",
        "lockstep lab up --seed\nlockstep lab status\nlockstep lab down",
        CreateUp(terminal),
        CreateSeed(terminal),
        CreateStatus(terminal),
        CreateDown(terminal),
        LabEstateVerb.Create(terminal),
        CreateInstall(terminal),
        CreatePaymentsService());

    private static Command CreateInstall(Terminal terminal)
    {
        var verb = VerbOptions.Verb("install", "Installs the Debian packages that the systems need", "lockstep lab install");
        verb.SetAction(async (_, cancellationToken) =>
        {
            try
            {
                await LabPackages.InstallAsync(LabSystems.All, line => terminal.Error.WriteLine($"lockstep: {line}"), cancellationToken);
                return ExitCode.Ok;
            }
            catch (LabException e)
            {
                terminal.Problem(e.Message);
                return ExitCode.Failed;
            }
        });
        return verb;
    }

    /// <summary>Runs the lab's consumer of a shared secret; the lab starts it, nobody else.</summary>
    private static Command CreatePaymentsService()
    {
        var file = new Argument<string>("file") { Description = "Its configuration" };
        var verb = VerbOptions.Verb("payments-service", "Runs the lab's payments service", "lockstep lab payments-service FILE", file);
        verb.Hidden = true;
        verb.SetAction((parsed, cancellationToken) => PaymentsServiceProgram.RunAsync([parsed.GetRequiredValue(file)], cancellationToken));
        return verb;
    }

    private static Command CreateUp(Terminal terminal)
    {
        var seed = new Option<bool>("--seed") { Description = "Fill it with a small company" };
        var verb = VerbOptions.Verb("up", "Starts the systems; they run on until `lab down`", "lockstep lab up --seed", seed);
        verb.SetAction((parsed, cancellationToken) => StartAsync(terminal, parsed.GetValue(seed), cancellationToken));
        return verb;
    }

    private static Command CreateSeed(Terminal terminal)
    {
        var verb = VerbOptions.Verb("seed", "Starts a new lab and fills it with a small company", "lockstep lab seed");
        verb.SetAction((_, cancellationToken) => StartAsync(terminal, isSeeded: true, cancellationToken));
        return verb;
    }

    private static Command CreateStatus(Terminal terminal)
    {
        var verb = VerbOptions.Verb(
            "status", "Which labs there are, and what of them runs; exit code 1 if none does", "lockstep lab status");
        verb.SetAction(parsed =>
        {
            var labs = LabState.FindAll();
            if (parsed.GetValue(VerbOptions.Json))
            {
                var json = new JsonArray([.. labs.Select(l => (JsonNode)new JsonObject
                {
                    ["folder"] = l.Folder,
                    ["servers"] = new JsonArray([.. l.Servers.Select(s => (JsonNode)new JsonObject
                    {
                        ["system"] = s.System, ["processId"] = s.ProcessId, ["isRunning"] = s.IsRunning,
                    })]),
                })]);
                terminal.Output.WriteLine(json.ToJsonString());
            }

            foreach (var lab in parsed.GetValue(VerbOptions.Json) ? [] : labs)
            {
                terminal.Line($"{lab.Folder}: {string.Join(", ", lab.Servers.Select(s => $"{s.System} {(s.IsRunning ? "runs" : "has ended")}"))}");
            }

            return labs.Any(l => l.Servers.Any(s => s.IsRunning)) ? ExitCode.Ok : ExitCode.DoesNotHold;
        });
        return verb;
    }

    private static Command CreateDown(Terminal terminal)
    {
        var folder = new Argument<string?>(
            "folder") { Description = "Which lab; needed only if there are several", Arity = ArgumentArity.ZeroOrOne };
        var verb = VerbOptions.Verb("down", "Stops a lab and removes its folder", "lockstep lab down", folder);
        verb.SetAction(async (parsed, _) =>
        {
            var labs = LabState.FindAll().Where(
                l => parsed.GetValue(folder) is not { } named || l.Folder == Path.GetFullPath(named)).ToList();
            if (labs.Count != 1)
            {
                terminal.Problem(labs.Count == 0 ? "there is no such lab"
                    : $"there are several labs; name one: {string.Join(", ", labs.Select(l => l.Folder))}");
                return ExitCode.Usage;
            }

            await labs[0].StopAsync();
            terminal.Line($"{labs[0].Folder} is stopped and removed.");
            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task<int> StartAsync(Terminal terminal, bool isSeeded, CancellationToken cancellationToken)
    {
        try
        {
            var options = new LabOptions { Systems = LabSystems.All, Servers = new LabServerOptions { Outlive = true } };
            var lab = await terminal.WaitAsync("starting the systems", LabServers.StartAsync(options, cancellationToken));
            foreach (var (system, why) in lab.LeftOut)
            {
                terminal.Line($"left out: {system}: {why}");
            }

            if (isSeeded)
            {
                await terminal.WaitAsync("seeding", LabSeed.RunAsync(lab, options: null, cancellationToken));
            }

            terminal.Line($"The lab runs in {lab.Folder.Root}; `lockstep lab down` stops it.");
            return ExitCode.Ok;
        }
        catch (LabException e)
        {
            terminal.Problem(e.Message);
            return ExitCode.Failed;
        }
    }
}
