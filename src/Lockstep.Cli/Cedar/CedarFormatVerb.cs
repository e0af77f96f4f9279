using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Formatting;

namespace Lockstep.Cli.Cedar;

/// <summary><c>cedar format</c>: one canonical layout.</summary>
internal static class CedarFormatVerb
{
    public static Command Build()
    {
        var file = new Argument<FileInfo>("file") { Description = "File of policies." };
        var check = new Option<bool>("--check") { Description = "Change nothing; exit code 1 when the file is laid out otherwise." };
        var write = new Option<bool>("--write") { Description = "Write the layout into the file." };
        var json = CedarInputs.Json();
        var command = CedarInputs.Verb("format", "Lay policies out in the one canonical way; comments stay, meaning stays.",
            "lockstep cedar format policies.cedar --write");
        CedarInputs.Add(command, file, check, write, json);
        command.SetAction(given => CedarInputs.Run(given.GetValue(json), () =>
        {
            var path = given.GetValue(file)!.FullName;
            var text = File.ReadAllText(path);
            var formatted = PolicyFormatter.Format(text);
            if (given.GetValue(write))
            {
                File.WriteAllText(path, formatted);
            }
            else if (given.GetValue(json))
            {
                CedarInputs.Write(new JsonObject { ["changed"] = formatted != text, ["text"] = formatted });
            }
            else if (!given.GetValue(check))
            {
                Console.Out.Write(formatted);
            }

            return given.GetValue(check) && formatted != text ? 1 : 0;
        }));
        return command;
    }
}
