using System.CommandLine;
using System.Runtime.InteropServices;
using Lockstep.Cli.Demo;
using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Seed;

namespace Lockstep.Cli.Verbs;

/// <summary><c>demo</c>: a leaver's access followed through four real systems, cut along every chain, and shown dead.</summary>
internal static class DemoVerb
{
    internal static Command Create(Terminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "Exit after the story; the exit code says whether all of it held" };
        var output = new Option<string>("--out")
        {
            Description = "Where the certificate, the key and the exported ledger are written",
            DefaultValueFactory = _ => "lockstep-demo",
        };
        var verb = VerbOptions.Verb(
            "demo", "Starts real systems on loopback and tells the story of a leaver", "lockstep demo --once\nlockstep demo", once, output);
        verb.SetAction((parsed, cancellationToken) =>
            RunAsync(terminal, parsed.GetValue(once), parsed.GetRequiredValue(output), cancellationToken));
        return verb;
    }

    private static async Task<int> RunAsync(Terminal terminal, bool once, string output, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var say = new Narrator(terminal.Output, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => stop.Cancel());
        try
        {
            await using var stage = await DemoStage.StartAsync(new DemoSetup(Self.Program, Self.Arguments()), say, time, stop.Token);
            var adversary = await stage.PrepareAdversaryAsync(AcmeCompany.Leaver);
            await new DemoStory(stage, adversary, say, output, time).TellAsync(stop.Token);
            SayEnd(say);
            if (!once)
            {
                await StayUpAsync(stage, say, time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Problem("stopped; everything that was started has been stopped too");
            return say.Broken.Count > 0 ? ExitCode.DoesNotHold : once ? ExitCode.Failed : ExitCode.Ok;
        }
        catch (Exception e) when (e is LabException or ApiException)
        {
            terminal.Problem(e.Message);
            return ExitCode.Failed;
        }

        return say.Broken.Count > 0 ? ExitCode.DoesNotHold : ExitCode.Ok;
    }

    private static void SayEnd(Narrator say)
    {
        say.Say(string.Empty);
        say.Say(say.Broken.Count == 0
            ? say.Paint("1;32", $"All {say.Claims} claims of the story held.")
            : say.Paint("1;31", $"{say.Broken.Count} of {say.Claims} claims did not hold:"));
        foreach (var broken in say.Broken)
        {
            say.Say($"   {broken}");
        }
    }

    private static async Task StayUpAsync(DemoStage stage, Narrator say, TimeProvider time, CancellationToken cancellationToken)
    {
        say.Say(string.Empty);
        say.Say($"Everything stays up until Ctrl-C. API: {stage.Address}v1/systems, documentation: {stage.Address}docs. Try, in another "
            + $"terminal:");
        foreach (var command in (string[])
            ["lockstep systems", "lockstep access emil", "lockstep findings", "lockstep offboard hugo --dry-run", "lockstep ledger verify"])
        {
            say.Say($"   ./{command}");
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }
}
