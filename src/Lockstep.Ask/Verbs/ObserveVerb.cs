using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>observe</c>: look at connected systems now.</summary>
internal static class ObserveVerb
{
    internal static Command Create(Terminal terminal)
    {
        var systems = new Argument<string[]>(
            "system") { Description = "Which systems; all unless named", Arity = ArgumentArity.ZeroOrMore };
        var full = new Option<bool>("--full") { Description = "List everything, not only what changed" };
        return VerbOptions.Verb("observe", "Looks at connected systems now", "lockstep observe --full corp-ldap", systems, full)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var request = new ObserveRequest(parsed.GetValue(systems), parsed.GetValue(full));
                var answer = await terminal.WaitAsync("looking at the systems", client.ObserveAsync(request, cancellationToken));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.ObserveAnswer);
                }
                else
                {
                    terminal.Table(["system", "listing", "new or changed", "gone", "seconds", "why"], answer.Systems.Select(Row));
                }

                return answer.Systems.All(s => s.IsComplete) ? ExitCode.Ok : ExitCode.DoesNotHold;
            });
    }

    private static IReadOnlyList<string> Row(ObservedSystem system) =>
    [
        system.Name,
        !system.IsComplete ? "broke off" : system.Gaps.Count > 0 ? $"complete but {system.Gaps.Count} gaps" : "complete",
        system.Asserted.ToString(CultureInfo.InvariantCulture),
        system.Retracted.ToString(CultureInfo.InvariantCulture),
        system.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
        system.Error is { } error ? $"{error.Code} {error.Detail}" : string.Empty,
    ];
}
