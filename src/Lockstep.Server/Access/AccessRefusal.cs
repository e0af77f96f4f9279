using Lockstep.Cedar.Partial;

namespace Lockstep.Server.Access;

/// <summary>Says why somebody may not: which policy forbids it, or which would permit it and what is missing.</summary>
internal static class AccessRefusal
{
    private const int WaysShown = 2;

    internal static string Explain(Explanation explanation)
    {
        if (explanation.Forbidding is [var forbidding, ..])
        {
            var about = forbidding.FindAnnotation("about");
            return $"policy `{forbidding.Id}` forbids it{(about is null ? string.Empty : $" ({about})")}";
        }

        if (explanation.Decision.Faults is [var (failed, fault), ..])
        {
            return $"policy `{failed.Id}` could not be evaluated: {fault.Message}";
        }

        // Policies on other actions are no way; of the others the nearest say most.
        var open = explanation.Ways.Where(w => !w.Unmet.Any(u => u.Readings.Any(r => r.What == "action"))).ToList();
        var ways = open.Where(w => w.Unmet.Length == open[0].Unmet.Length).Take(WaysShown)
            .Select(w => $"`{w.Policy.Id}` would, were {string.Join(" and ", w.Unmet.Select(u => u.Condition))}").ToList();
        return ways.Count == 0 ? "no policy permits it to anybody" : $"no policy permits it; {string.Join("; ", ways)}";
    }
}
