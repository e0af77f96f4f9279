using Lockstep.Ask;
using Lockstep.Ask.Verbs;

var terminal = Terminal.System();

// The launcher asks this once, after building; every other verb is the whole program's.
if (args is ["--verbs"])
{
    foreach (var verb in AskVerbs.Create(terminal))
    {
        terminal.Line(verb.Name);
    }

    return ExitCode.Ok;
}

return await CommandLine.RunAsync(args, terminal, AskVerbs.Create, CancellationToken.None);
