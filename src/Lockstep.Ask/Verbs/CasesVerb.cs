using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>cases</c>: all cases, newest first.</summary>
internal static class CasesVerb
{
    internal static Command Create(Terminal terminal) =>
        VerbOptions.Verb("cases", "All cases, newest first", "lockstep cases")
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var answer = await client.CasesAsync(cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(answer, WireJson.Default.CaseList);
                    return ExitCode.Ok;
                }

                terminal.Table(
                    ["case", "of", "cause", "state", "opened", "verified", "residual", "failed", "open"],
                    answer.Cases.Select(c => (IReadOnlyList<string>)
                    [
                        c.Id.ToString(), c.SubjectName, c.Cause, c.State, c.OpenedAt.ToString("u", CultureInfo.InvariantCulture),
                            Number(c.StepsVerified),
                        Number(c.StepsResidual), Number(c.StepsFailed), Number(c.StepsOpen),
                    ]));
                return ExitCode.Ok;
            });

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
