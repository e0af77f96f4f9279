using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Lockstep.Ask;

/// <summary>The usual help, then an example, then the exit codes.</summary>
internal sealed class ExampleHelp(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly string OwnFile = RootCommand.ExecutableName;
    private static readonly ConditionalWeakTable<Command, string> Examples = [];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var help = new StringWriter();
        parseResult.InvocationConfiguration.Output = help;
        usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;

        // The program is called by its launcher, not by its file.
        output.Write(help.ToString().Replace(OwnFile, "lockstep", StringComparison.Ordinal));
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out var example))
        {
            output.WriteLine("Example:");
            foreach (var line in example.Split('\n'))
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }

        output.WriteLine(ExitCode.Table);
        return ExitCode.Ok;
    }

    internal static string? Of(Command command) => Examples.TryGetValue(command, out var example) ? example : null;

    internal static void Set(Command command, string example) => Examples.AddOrUpdate(command, example);
}
