using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask;

/// <summary>Writes plans and cases for people.</summary>
internal static class CaseText
{
    internal static void Plan(Terminal terminal, PlanView plan)
    {
        terminal.Line($"Plan for {plan.Subject.Name}: {plan.Chains.Count} chains, {plan.Steps.Count} steps (least cut: "
            + $"{plan.LeastCutSize} links). Nothing was done.");
        terminal.Table(
            ["#", "phase", "system", "what", "proof", "also used by"],
            plan.Steps.Select(s => (IReadOnlyList<string>)
            [
                Number(s.Index), s.Phase, s.System, s.IsLatent ? $"{s.What} (latent)" : s.What, s.Proof, string.Join(", ", s.AlsoUsedBy),
            ]));
        foreach (var uncut in plan.Uncut)
        {
            Left(terminal, "Stays", uncut);
        }

        var going = plan.Steps.SelectMany(s => s.Outlives.Where(o => !o.IsEnded).Select(o => (s.Index, Left: o))).GroupBy(o => o.Left);
        foreach (var left in going)
        {
            terminal.Line($"Goes on after step {string.Join(", ", left.Select(o => Number(o.Index)))}: {left.Key.What} ({left.Key.Row})\n"
                + $"       until {left.Key.Until}; ended by {left.Key.EndedBy}");
        }

        foreach (var system in plan.IncompleteSystems)
        {
            terminal.Line($"Not seen completely, so not wholly in the plan: {system}");
        }
    }

    internal static void Case(Terminal terminal, CaseDetail detail)
    {
        var head = detail.Case;
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
                $"Case {head.Id}: {head.Cause} of {head.SubjectName}, opened {head.OpenedAt:u} by {detail.By}: {detail.Reason}"));
        terminal.Table(
            ["#", "system", "what", "state", "after s", "answer"],
            detail.Steps.Select(s => (IReadOnlyList<string>)
            [
                Number(s.Plan.Index), s.Plan.System, s.Plan.What, s.State, Seconds(head.OpenedAt, s.ProvenAt), s.Error?.Detail
                    ?? s.Evidence.LastOrDefault() ?? string.Empty,
            ]));
        foreach (var uncut in detail.Uncut)
        {
            Left(terminal, "Left", uncut);
        }

        terminal.Line(Closing(detail));
    }

    private static void Left(Terminal terminal, string word, UncutView uncut)
    {
        var until = uncut.Until is { } end ? string.Create(CultureInfo.InvariantCulture, $", until {end:u}") : string.Empty;
        terminal.Line($"{word}: {uncut.Chain}{until}\n       {uncut.Why}");
    }

    /// <summary>Writes what changed between two pictures of a case, a line for each step.</summary>
    internal static void Changes(TextWriter to, CaseDetail? before, CaseDetail now)
    {
        foreach (var step in now.Steps)
        {
            var old = before?.Steps.FirstOrDefault(s => s.Plan.Index == step.Plan.Index);
            if (old?.State != step.State || old.Attempts != step.Attempts)
            {
                var attempt = step.Attempts > 1 ? $" (attempt {Number(step.Attempts)})" : string.Empty;
                to.WriteLine(Terminal.Safe(
                    $"  {Number(step.Plan.Index),3} {step.State,-12} {step.Plan.System}: {step.Plan.What}{attempt}"));
            }
        }
    }

    internal static string Closing(CaseDetail detail) => detail.Case.State switch
    {
        "verified" => $"Verified: {detail.Summary}",
        "residual" when detail.Case.Until is { } until =>
            string.Create(CultureInfo.InvariantCulture, $"Residual until {until:u}: {detail.Summary}"),
        "residual" => $"Residual, without an end: {detail.Summary}",
        "failed" => $"Failed: {detail.Summary}",
        var state => $"Still {state}.",
    };

    internal static int ExitOf(CaseDetail detail) => detail.Case.State is "failed" or "residual" ? ExitCode.DoesNotHold : ExitCode.Ok;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset from, DateTimeOffset? to) =>
        to is { } end ? (end - from).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) : string.Empty;
}
