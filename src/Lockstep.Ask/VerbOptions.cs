using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask;

/// <summary>What verbs have in common: options, asking the server, and what becomes of its refusals.</summary>
internal static class VerbOptions
{
    private const int ChainsShown = 100;

    /// <summary>Gets the option for JSON instead of tables.</summary>
    internal static Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON", Recursive = true };

    /// <summary>Makes the option for how many chains are shown; JSON has them all unless it is given.</summary>
    internal static Option<int?> Max()
    {
        var max = new Option<int?>("--max") { Description = $"How many chains to show; {ChainsShown} unless given, all of them with --json" };
        max.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--max is not a number from 1 on");
            }
        });
        return max;
    }

    /// <summary>Gives how many chains to ask for.</summary>
    internal static int? MaxOf(this ParseResult parsed, Option<int?> max) =>
        parsed.GetValue(max) ?? (parsed.GetValue(Json) ? null : ChainsShown);

    /// <summary>Makes the option for another instant than now.</summary>
    internal static Option<DateTimeOffset?> AsOf() => new("--as-of")
    {
        Description = "The instant to ask about (ISO 8601, UTC unless it says otherwise); now unless given",
        CustomParser = result =>
        {
            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, Utc, out var instant))
            {
                return instant;
            }

            result.AddError("--as-of is not an instant such as 2026-01-31T12:00:00Z");
            return null;
        },
    };

    /// <summary>Makes a verb with its example.</summary>
    internal static Command Verb(string name, string about, string example, params Symbol[] parts)
    {
        var verb = new Command(name, about);
        foreach (var part in parts)
        {
            switch (part)
            {
                case Argument argument:
                    verb.Add(argument);
                    break;
                case Option option:
                    verb.Add(option);
                    break;
                case Command inner:
                    verb.Add(inner);
                    break;
            }
        }

        ExampleHelp.Set(verb, example);
        return verb;
    }

    /// <summary>Makes the verb ask the server; a refusal becomes a line on standard error and an exit code.</summary>
    internal static Command Asks(this Command verb, Terminal terminal, Func<LockstepClient, ParseResult, CancellationToken, Task<int>> ask)
    {
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                using var client = ServerAccess.Connect();
                return await ask(client, parsed, cancellationToken);
            }
            catch (ApiException e)
            {
                return Refused(terminal, parsed, e);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Failed;
            }
        });
        return verb;
    }

    private static int Refused(Terminal terminal, ParseResult parsed, ApiException refusal)
    {
        if (parsed.GetValue(Json))
        {
            terminal.Json(refusal.Problem, WireJson.Default.ApiProblem);
        }

        terminal.Problem(refusal.Message);
        foreach (var choice in refusal.Problem.Choices ?? [])
        {
            terminal.Error.WriteLine(Terminal.Safe($"  {choice.Id}  {choice.Name} ({choice.Kind}, {choice.State})"));
        }

        return refusal.Status switch
        {
            0 => ExitCode.NoServer,
            401 or 403 => ExitCode.NotAllowed,
            >= 500 => ExitCode.Failed,
            _ => ExitCode.Usage,
        };
    }
}
