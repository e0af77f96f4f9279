using System.CommandLine;
using System.CommandLine.Help;

namespace Lockstep.Ask;

/// <summary>The command line: a verb a file. The verbs come from <c>AskVerbs</c>, or from the whole program's <c>AllVerbs</c>.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs.</summary>
    internal static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal terminal, Func<Terminal, IEnumerable<Command>> verbs, CancellationToken cancellationToken)
    {
        var root = Create(terminal, verbs);
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Problem(error.Message);
            }

            terminal.Error.WriteLine(
                $"Try `lockstep {string.Join(' ', VerbPath(parsed.CommandResult.Command, root))} --help`.".Replace(
                "  ", " ", StringComparison.Ordinal));
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>Makes the whole tree of verbs.</summary>
    internal static RootCommand Create(Terminal terminal, Func<Terminal, IEnumerable<Command>> verbs)
    {
        var root = new RootCommand(
            "One access chain: who can do what, with which credential, right now; and one way to take it away, with proof.");
        root.Add(VerbOptions.Json);
        foreach (var verb in verbs(terminal))
        {
            root.Add(verb);
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelp((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<string> VerbPath(Command command, RootCommand root) => command == root
        ? []
        : [.. command.Parents.OfType<Command>().Where(c => c != root).Select(c => c.Name), command.Name];
}
