using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>canary</c>: cut our own accounts now, and measure how long the systems let them in.</summary>
internal static class CanaryVerb
{
    internal static Command Create(Terminal terminal)
    {
        var system = new Argument<string?>("system") { Description = "The system to measure; all with a canary unless given", Arity =
            ArgumentArity.ZeroOrOne };
        return VerbOptions.Verb(
            "canary", "Cuts the canaries and measures until they are refused; exit code 1 if one was late or not measured",
            "lockstep canary barbican", system)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var running = client.RunCanariesAsync(new CanaryRequest(parsed.GetValue(system)), cancellationToken);
                var answer = await terminal.WaitAsync("cutting the canaries, and trying them until they are refused", running);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.CanaryAnswer);
                }
                else
                {
                    Write(terminal, answer);
                }

                return answer.Systems.All(IsInTime) ? ExitCode.Ok : ExitCode.DoesNotHold;
            });
    }

    /// <summary>Whether the promise was kept; where nothing is promised, whether it was refused.</summary>
    internal static bool IsInTime(CanaryView view) =>
        view is { WasDenied: true, MeasuredSeconds: { } took } && (view.ComputedSeconds is not { } bound || took <= bound);

    private static void Write(Terminal terminal, CanaryAnswer answer) => terminal.Table(
        ["system", "refuses within", "measured", "verdict"],
        answer.Systems.Select(s => (IReadOnlyList<string>)
        [
            s.System,
            s.ComputedSeconds is { } bound ? string.Create(CultureInfo.InvariantCulture, $"{bound:0.#} s") : "not known",
            s.MeasuredSeconds is { } took ? string.Create(CultureInfo.InvariantCulture, $"{(s.WasDenied ? "" : "more than ")}{took:0.0} s")
                : "not measured",
            s.Error is { } error ? $"{error.Code} {error.Detail}" : IsInTime(s) ? "as promised" : "later than promised",
        ]));
}
