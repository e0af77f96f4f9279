using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>decide</c>: asks the decision point, as a gateway or an application would.</summary>
internal static class DecideVerb
{
    internal static Command Create(Terminal terminal)
    {
        var subject = new Argument<string>("subject") { Description = "Node id, name or mail of an identity, or TYPE::ID of another type" };
        var action = new Argument<string>("action") { Description = "The action, to the letter" };
        var resource = new Argument<string>("resource") { Description = "Node id or name of a resource, or TYPE::ID of another type" };
        var why = new Option<bool>("--why") { Description = "Also say what would have to be different for another decision" };
        return VerbOptions.Verb(
                "decide", "Whether policy lets a subject do something, and why; exit code 1 if it does not",
                "lockstep decide dana SELECT payments --why", subject, action, resource, why)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var request = new EvaluationRequest(
                    Entity(parsed.GetRequiredValue(subject), "identity"),
                    new EvaluationAction(parsed.GetRequiredValue(action)),
                    Entity(parsed.GetRequiredValue(resource), "resource"));
                if (parsed.GetValue(why))
                {
                    return DecisionReasons.Write(terminal, parsed, await client.ExplainDecisionAsync(request, cancellationToken));
                }

                var answer = await client.DecideAsync(request, cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.EvaluationAnswer);
                }
                else
                {
                    Write(terminal, answer);
                }

                return answer.Decision ? ExitCode.Ok : ExitCode.DoesNotHold;
            });
    }

    /// <summary>Reads <c>record::r1</c> as a type and an id, a node id by its own kind, and anything else as a name.</summary>
    internal static EvaluationParty Entity(string text, string kind)
    {
        var at = text.LastIndexOf("::", StringComparison.Ordinal);
        var parts = text.Split('/');
        return at > 0 ? new(text[..at], text[(at + 2)..])
            : parts.Length == 3 ? new(parts[1], text)
            : new(kind, text);
    }

    internal static void Write(Terminal terminal, EvaluationAnswer answer)
    {
        var context = answer.Context ?? new DecisionContext();
        terminal.Line($"{(answer.Decision ? "permit" : "deny")}: {context.ReasonAdmin?.GetValueOrDefault("en") ?? context.Reason}");
        foreach (var policy in context.Policies ?? [])
        {
            terminal.Line($"  {policy.Effect} by {policy.Id}{(policy.About is null ? string.Empty : $": {policy.About}")}");
        }

        foreach (var link in context.Chain ?? [])
        {
            var action = link.Action is null ? string.Empty : $" {link.Action}";
            terminal.Line($"  {link.FromName} {link.Kind}{action} {link.ToName} ({link.Source}: {link.Evidence})");
        }

        foreach (var error in context.Errors ?? [])
        {
            terminal.Line($"  not evaluated: {error.Policy}: {error.Message}");
        }

        foreach (var system in context.Freshness ?? [])
        {
            var age = system.AgeSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s ago") : "never";
            terminal.Line($"  {system.System}: last observed completely {age}");
        }

        foreach (var unknown in context.Unknown ?? [])
        {
            terminal.Line($"  unknown: {unknown}");
        }
    }
}
