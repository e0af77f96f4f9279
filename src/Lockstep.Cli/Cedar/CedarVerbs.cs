using System.CommandLine;
using Lockstep.Cedar.Lines;

namespace Lockstep.Cli.Cedar;

/// <summary>The verb <c>cedar</c>: the policy language on files, without a server.</summary>
internal static class CedarVerbs
{
    /// <summary>Builds the command with its own verbs.</summary>
    public static Command Build()
    {
        var command = CedarInputs.Verb("cedar", "Decide, check, lay out and explain Cedar policies on files, without a server.",
            "lockstep cedar validate -p policies.cedar -s schema.cedarschema");
        foreach (var verb in (
            Command[])[CedarAuthorizeVerb.Build(), CedarValidateVerb.Build(), CedarFormatVerb.Build(), CedarParseVerb.Build(),
            CedarExplainVerb.Build(), CedarPartialVerb.Build(), Lines()])
        {
            command.Subcommands.Add(verb);
        }

        return command;
    }

    private static Command Lines()
    {
        var command = CedarInputs.Verb(
            "lines", "Answer questions given as JSON lines on standard input, one answer a line: load, authorize, validate, parse, format.",
            "echo '{\"op\":\"parse\",\"policies\":\"permit(principal,action,resource);\"}' | lockstep cedar lines");
        var json = CedarInputs.Json();
        command.Options.Add(json);
        command.SetAction(_ =>
        {
            var session = new LineSession();
            while (Console.In.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    Console.Out.WriteLine(session.Answer(line));
                    Console.Out.Flush();
                }
            }

            return 0;
        });
        return command;
    }
}
