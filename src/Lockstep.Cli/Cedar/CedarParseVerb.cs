using System.CommandLine;
using Lockstep.Cedar.Json;

namespace Lockstep.Cli.Cedar;

/// <summary><c>cedar parse</c>: does it read, and as what.</summary>
internal static class CedarParseVerb
{
    public static Command Build()
    {
        var file = new Argument<FileInfo>("file") { Description = "File of policies, text or .json." };
        var json = CedarInputs.Json();
        var command = CedarInputs.Verb(
            "parse", "Read policies and say how many; with --json write them in the JSON format. All faults are shown at once.",
            "lockstep cedar parse policies.cedar --json");
        CedarInputs.Add(command, file, json);
        command.SetAction(given => CedarInputs.Run(given.GetValue(json), () =>
        {
            var policies = CedarInputs.Read(given.GetValue(file)!);
            if (given.GetValue(json))
            {
                CedarInputs.Write(PolicyJson.Write(policies));
            }
            else
            {
                Console.Out.WriteLine($"{policies.Policies.Length} policies, {policies.Templates.Length} templates");
            }

            return 0;
        }));
        return command;
    }
}
