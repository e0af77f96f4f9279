using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Holds a rotation back while its new value would still reach the one whom it is meant to lock out.</summary>
internal static class RotationGate
{
    /// <summary>Says why a rotation must wait, or <see langword="null"/> if nothing shows that the new value would leak.</summary>
    /// <remarks>Only cuts that are verified count as made. A value that may be known and is not rotated yet counts as held.</remarks>
    public static string? WhyNot(IEstate estate, CaseView view, PlannedStep step, DateTimeOffset at)
    {
        if (view.Single is not null || !NodeId.TryParse(view.Subject, provider: null, out var subject))
        {
            return null;
        }

        var made = view.Steps.Where(s => s.State == StepState.Verified && s.Plan.Cut is not null).Select(s => s.Plan.Cut!).ToHashSet();
        var known = view.Steps.Where(s => s.State != StepState.Verified && s.Plan.Phase == CasePhase.Rotate).Select(
            s => s.Plan.Cut!.Target);
        var effect = new CutEffect(made);
        foreach (var start in known.Prepend(subject))
        {
            // What somebody has read before is why the value is rotated, not a way to read it again.
            var open = effect.RestFrom(estate.Graph, start, at).Where(l => l.Kind != LinkKind.HasRead).ToList();
            if (new PlainGraph(open, _ => NodeState.Active).BlastRadius(start, at, QueryLimits.Default, CancellationToken.None).Value
                .FirstOrDefault(a => step.Secrets.Contains(a.Node)) is { } leak)
            {
                var who = start == subject ? $"`{view.SubjectName}`" : $"who knows the value of `{start}`";
                return $"{who} can still read `{leak.Node}`, and would be handed the new value";
            }
        }

        return null;
    }
}
