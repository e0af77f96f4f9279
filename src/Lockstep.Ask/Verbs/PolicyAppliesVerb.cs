using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>policy applies</c>: which policies could apply, and what they would still need to know.</summary>
internal static class PolicyAppliesVerb
{
    internal static Command Create(Terminal terminal)
    {
        var subject = new Option<string?>("--subject") { Description = "Who; TYPE:: for a type of which nobody is known" };
        var action = new Option<string?>("--action") { Description = "What" };
        var resource = new Option<string?>("--resource") { Description = "On what; TYPE:: for a type of which nothing is known" };
        return VerbOptions.Verb(
                "applies", "Which policies could ever apply to what is named, and what they would still need to know",
                "lockstep policy applies --action SELECT --resource payments", subject, action, resource)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var question = new PartialQuestion(
                    Party(parsed.GetValue(subject), "identity"),
                    parsed.GetValue(action) is { } name ? new EvaluationAction(name) : null,
                    Party(parsed.GetValue(resource), "resource"));
                var answer = await client.AskPartiallyAsync(question, cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.PartialVerdict);
                }
                else
                {
                    Write(terminal, answer);
                }

                return ExitCode.Ok;
            });
    }

    private static PartialParty? Party(string? text, string kind)
    {
        if (text is null)
        {
            return null;
        }

        if (text.EndsWith("::", StringComparison.Ordinal))
        {
            return new(text[..^2], null);
        }

        var party = DecideVerb.Entity(text, kind);
        return new(party.Type, party.Id);
    }

    private static void Write(Terminal terminal, PartialVerdict answer)
    {
        terminal.Line($"{answer.Decision}{(answer.Decision == "unknown" ? ": it depends" : ", whatever the rest is")}");
        foreach (var policy in answer.Policies)
        {
            var when = policy.Applies == "depends" ? $"if {policy.Condition}" : policy.Applies;
            terminal.Line($"  {policy.Effect} by {policy.Policy} {when}");
            if (policy.Needs.Count > 0)
            {
                terminal.Line($"    needs to know {string.Join(", ", policy.Needs)}");
            }
        }

        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{answer.Never} other policies can never apply to it"));
    }
}
