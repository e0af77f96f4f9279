using System.CommandLine;
using System.Globalization;
using Lockstep.Ask.Verbs;
using Lockstep.Client;

namespace Lockstep.Ask;

/// <summary>Writes what would have to be different for another decision.</summary>
internal static class DecisionReasons
{
    private const int WaysShown = 5;

    internal static int Write(Terminal terminal, ParseResult parsed, ExplainedEvaluation answer)
    {
        if (parsed.GetValue(VerbOptions.Json))
        {
            terminal.Json(answer, WireJson.Default.ExplainedEvaluation);
        }
        else
        {
            DecideVerb.Write(terminal, answer.Evaluation);
            WriteForbids(terminal, answer);
            WriteWays(terminal, answer);
            WriteGivers(terminal, answer);
        }

        return answer.Evaluation.Decision ? ExitCode.Ok : ExitCode.DoesNotHold;
    }

    private static void WriteForbids(Terminal terminal, ExplainedEvaluation answer)
    {
        foreach (var forbid in answer.Forbids)
        {
            terminal.Line($"  {forbid.Policy} would not forbid it, were any of these false:");
            WriteConditions(terminal, forbid);
        }
    }

    private static void WriteWays(Terminal terminal, ExplainedEvaluation answer)
    {
        foreach (var way in answer.Ways.Take(WaysShown))
        {
            terminal.Line(
                way.Conditions.Count == 0 ? $"  {way.Policy} would permit it, were it not forbidden"
                : $"  {way.Policy} would permit it, if");
            WriteConditions(terminal, way);
        }

        if (answer.WaysInAll > WaysShown)
        {
            var farther = answer.WaysInAll - WaysShown;
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  {farther} policies that permit are farther away"));
        }
    }

    private static void WriteConditions(Terminal terminal, PolicyWay way)
    {
        foreach (var condition in way.Conditions)
        {
            terminal.Line($"    {condition.Condition}{(condition.Fault is null ? string.Empty : $"   ({condition.Fault})")}");
            foreach (var (what, value) in condition.Sees)
            {
                terminal.Line($"      {what} is {value}");
            }
        }
    }

    private static void WriteGivers(Terminal terminal, ExplainedEvaluation answer)
    {
        if (answer.Givers.Count > 0)
        {
            terminal.Line("  a chain would lead there through any of:");
        }

        foreach (var giver in answer.Givers.Take(WaysShown))
        {
            terminal.Line($"    {giver.Kind} {giver.Name} ({giver.Id})");
        }

        if (answer.GiversInAll > WaysShown)
        {
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"    and {answer.GiversInAll - WaysShown} more"));
        }
    }
}
