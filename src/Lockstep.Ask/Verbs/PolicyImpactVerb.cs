using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>policy impact</c>: which decisions other policies would change.</summary>
internal static class PolicyImpactVerb
{
    internal static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("files")
        {
            Description = "Cedar files, and folders of *.cedar files, that would stand in for all that run",
            Arity = ArgumentArity.OneOrMore,
        };
        var own = new Option<bool>("--own") { Description = "They say who may do what in Lockstep itself" };
        var subject = new Option<string?>("--subject") { Description = "Only decisions about this identity" };
        var action = new Option<string?>("--action") { Description = "Only decisions about this action" };
        var resource = new Option<string?>("--resource") { Description = "Only decisions about this resource" };
        var max = new Option<int?>("--max") { Description = "How many decisions to name; 100 unless given" };
        return VerbOptions.Verb(
                "impact", "Which decisions other policies would change; changes nothing; exit code 1 if any, or if they cannot run",
                "lockstep policy impact policies/ --action SELECT", files, own, subject, action, resource, max)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                if (Read(terminal, parsed.GetRequiredValue(files)) is not { } texts)
                {
                    return ExitCode.Usage;
                }

                var answer = await client.ImpactAsync(
                    new(
                        texts, parsed.GetValue(own), parsed.GetValue(subject), parsed.GetValue(action), parsed.GetValue(resource),
                        parsed.GetValue(max)),
                    cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.ImpactAnswer);
                }
                else
                {
                    Write(terminal, answer);
                }

                return answer.Problems.Count > 0 || answer.FlipsInAll > 0 ? ExitCode.DoesNotHold : ExitCode.Ok;
            });
    }

    private static Dictionary<string, string>? Read(Terminal terminal, IEnumerable<string> files)
    {
        try
        {
            return files.SelectMany(f => Directory.Exists(f) ? Directory.EnumerateFiles(f, "*.cedar") : [f])
                .Distinct(StringComparer.Ordinal).ToDictionary(f => f, File.ReadAllText, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Problem($"LS6051: cannot be read: {e.Message}");
            return null;
        }
    }

    private static void Write(Terminal terminal, ImpactAnswer answer)
    {
        if (answer.Problems.Count > 0)
        {
            terminal.Line($"these policies cannot run; {answer.Problems.Count} problems:");
            foreach (var problem in answer.Problems)
            {
                terminal.Line($"  {problem}");
            }

            return;
        }

        foreach (var (word, ids) in new[] { ("added", answer.Added), ("removed", answer.Removed), ("changed", answer.Changed) })
        {
            if (ids.Count > 0)
            {
                terminal.Line($"{word}: {string.Join(", ", ids)}");
            }
        }

        foreach (var flip in answer.Flips)
        {
            var policies = flip.Policies.Count == 0 ? string.Empty : $" ({string.Join(", ", flip.Policies)})";
            var turn = flip.Decision ? "deny -> permit" : "permit -> deny";
            terminal.Line($"  {turn}  {flip.SubjectName} {flip.Action} {flip.ResourceName}: {flip.Reason}{policies}");
        }

        var shown = answer.FlipsInAll > answer.Flips.Count
            ? string.Create(CultureInfo.InvariantCulture, $"; {answer.Flips.Count} are shown") : string.Empty;
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture, $"{answer.FlipsInAll} of {answer.Asked} decisions would be another one{shown}"));
        foreach (var gap in answer.NotSeen.Concat(answer.Limit is { } limit ? [$"cut short: {limit}"] : Array.Empty<string>()))
        {
            terminal.Line($"  not evaluated: {gap}");
        }
    }
}
