using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>findings</c>: what is worth a person's attention.</summary>
internal static class FindingsVerb
{
    internal static Command Create(Terminal terminal)
    {
        var asOf = VerbOptions.AsOf();
        return VerbOptions.Verb(
            "findings", "What is worth attention, the worst first; exit code 1 if there is anything", "lockstep findings", asOf)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await terminal.WaitAsync(
                    "looking for findings", client.FindingsAsync(parsed.GetValue(asOf), cancellationToken));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.FindingsAnswer);
                }
                else
                {
                    Write(terminal, answer);
                }

                return answer.Findings.Count > 0 ? ExitCode.DoesNotHold : ExitCode.Ok;
            });
    }

    private static void Write(Terminal terminal, FindingsAnswer answer)
    {
        foreach (var finding in answer.Findings)
        {
            var since = finding.Since is { } at ? string.Create(CultureInfo.InvariantCulture, $", since {at:u}") : string.Empty;
            terminal.Line($"{finding.Severity.ToUpperInvariant(),-8} {finding.Kind}: {finding.Detail}");
            terminal.Line($"         owner: {finding.Owner?.Name ?? "nobody"}{since}; remedy: {finding.Remedy}");
            foreach (var evidence in finding.Evidence.Take(8))
            {
                terminal.Line($"         - {evidence}");
            }

            if (finding.Controls.Count > 0)
            {
                terminal.Line($"         controls: {string.Join("; ", finding.Controls)}");
            }
        }

        terminal.Line($"{answer.Findings.Count} findings");
        ChainView.Limits(terminal, isComplete: true, null, answer.NotSeen);
    }
}
