using System.CommandLine;
using Lockstep.Lab;
using Lockstep.Lab.Estates;
using Lockstep.Lab.Processes;

namespace Lockstep.Cli.Verbs;

/// <summary><c>lab estate</c>: a made-up estate of any size, as fact files and in a running Lockstep.</summary>
internal static class LabEstateVerb
{
    internal static Command Create(Terminal terminal)
    {
        var size = new Option<string>("--size")
        {
            Description = $"How big: {string.Join(", ", EstateSize.All.Select(s => $"{s.Name} = {s.Apps}k nodes"))}",
            DefaultValueFactory = _ => "XS",
        };
        var seed = new Option<int>("--seed") { Description = "Which of the estates of that size", DefaultValueFactory = _ => 1 };
        var folder = new Option<string?>("--out") { Description = "Where the fact files go; a new folder in the temporary one unless given" };
        var onlyFiles = new Option<bool>("--files-only") { Description = "Write the files, and do not start Lockstep on them" };
        var verb = VerbOptions.Verb(
            "estate", "Makes up an estate as fact files, and runs Lockstep on it until Ctrl-C",
            "lockstep lab estate --size S --out /tmp/estate", size, seed, folder, onlyFiles);
        verb.SetAction((parsed, cancellationToken) =>
        {
            try
            {
                var path = Path.GetFullPath(parsed.GetValue(folder) ?? LabFolder.Create().Root);
                var port = LabProcess.TakeFreePort();
                var chosen = EstateSize.Named(parsed.GetValue(size)!);
                var written = EstateFiles.Write(path, chosen, parsed.GetValue(seed), port, app => Say(terminal, app, chosen.Apps));
                terminal.Line($"{written.Facts} facts are in {path}; a person to ask about: p0");
                return parsed.GetValue(onlyFiles)
                    ? Task.FromResult(ExitCode.Ok)
                    : UpVerb.RunAsync(terminal, written.Config, cancellationToken);
            }
            catch (LabException e)
            {
                terminal.Problem(e.Message);
                return Task.FromResult(ExitCode.Usage);
            }
        });
        return verb;
    }

    private static void Say(Terminal terminal, int app, int apps)
    {
        if (app % 100 == 0)
        {
            terminal.Error.WriteLine($"lockstep: {app} of {apps} applications are written");
        }
    }
}
