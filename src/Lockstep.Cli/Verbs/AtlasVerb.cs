using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Connectors;

namespace Lockstep.Cli.Verbs;

/// <summary><c>atlas</c>: what outlives which cut, as measured. Needs no server.</summary>
internal static class AtlasVerb
{
    internal static Command Create(Terminal terminal)
    {
        var kind = new Argument<string?>("kind")
        {
            Description = "A kind of system, such as postgresql; all unless given",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var verb = VerbOptions.Verb(
            "atlas", "What still works after which cut, until when, and what ends it", "lockstep atlas postgresql", kind,
            AtlasVerifyVerb.Create(terminal));
        verb.SetAction(parsed =>
        {
            var asked = parsed.GetValue(kind);
            if (asked is not null && Atlas.Of(asked).Count == 0)
            {
                terminal.Problem($"the atlas has no rows for `{asked}`; it knows {string.Join(", ", Atlas.SystemKinds)}");
                return ExitCode.Usage;
            }

            var rows = (asked is null ? Atlas.SystemKinds : [asked]).SelectMany(Atlas.Of).ToList();
            if (parsed.GetValue(VerbOptions.Json))
            {
                terminal.Output.WriteLine(new JsonArray([.. rows.Select(JsonOf)]).ToJsonString());
            }
            else
            {
                terminal.Table(
                    ["row", "after", "this", "until", "ended by"],
                    rows.Select(r => (IReadOnlyList<string>)[r.Id, AtlasPage.CutOf(r), r.Survivor, AtlasPage.UntilOf(r.Until), r.EndedBy]));
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static JsonNode JsonOf(SurvivalRow row) => new JsonObject
    {
        ["id"] = row.Id,
        ["cut"] = AtlasPage.CutOf(row),
        ["survivor"] = row.Survivor,
        ["until"] = row.Until.ToString(),
        ["endedBy"] = row.EndedBy,
        ["probedBy"] = row.ProbedBy,
        ["seenOn"] = new JsonArray([.. row.SeenOn.Select(s => (JsonNode)s)]),
        ["test"] = row.Test,
        ["untested"] = row.Untested,
    };
}
