using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Connectors;
using Lockstep.Revocation;

namespace Lockstep.Cli;

/// <summary>Says what a verified certificate says of its steps beyond their times: what outlives each, and what ended that.</summary>
internal static class CertificateText
{
    /// <summary>Writes each row of the atlas once, with the steps that it is about and what ends it.</summary>
    internal static void WriteSurvivors(Terminal terminal, CaseView view)
    {
        var rows = view.Steps.SelectMany(s => s.Plan.Outlives.Select(o => (s.Plan.Index, Text: Text(o)))).GroupBy(o => o.Text);
        foreach (var row in rows)
        {
            terminal.Line($"  after step {string.Join(", ", row.Select(r => r.Index.ToString(CultureInfo.InvariantCulture)))}: {row.Key}");
        }
    }

    /// <summary>Gives a step with its times, the bound that was promised, and what outlives it.</summary>
    internal static JsonNode JsonOf(CaseStepView step) => new JsonObject
    {
        ["index"] = step.Plan.Index,
        ["what"] = step.Plan.What,
        ["state"] = step.State.ToString(),
        ["requestedAt"] = step.RequestedAt,
        ["acknowledgedAt"] = step.AcknowledgedAt,
        ["observedAt"] = step.ObservedAt,
        ["provenAt"] = step.ProvenAt,
        ["denialBoundSeconds"] = step.Plan.DenialBound?.TotalSeconds,
        ["boundHeld"] = step.BoundHeld,
        ["atlas"] = new JsonArray([.. step.Plan.Atlas.Select(r => (JsonNode)r)]),
        ["outlives"] = new JsonArray([.. step.Plan.Outlives.Select(OutlivesOf)]),
    };

    private static JsonNode OutlivesOf(PlannedSurvivor survivor) => new JsonObject
    {
        ["row"] = survivor.Row,
        ["until"] = SurvivorText.Until(survivor),
        ["endedBy"] = SurvivorText.EndedBy(survivor, Atlas.Find(survivor.Row)),
        ["isEnded"] = survivor.IsEnded,
    };

    private static string Text(PlannedSurvivor survivor)
    {
        var row = Atlas.Find(survivor.Row);
        var until = survivor.IsEnded ? string.Empty : $" until {SurvivorText.Until(survivor)}";
        return $"{row?.Survivor ?? survivor.Row} ({survivor.Row}){until}; ended by {SurvivorText.EndedBy(survivor, row)}";
    }
}
