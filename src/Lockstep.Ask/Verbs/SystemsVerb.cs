using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>systems</c>: what is connected, how fresh it is, and what could not be seen.</summary>
internal static class SystemsVerb
{
    internal static Command Create(Terminal terminal)
    {
        var asOf = VerbOptions.AsOf();
        return VerbOptions.Verb("systems", "The connected systems: freshness, coverage, counts", "lockstep systems", asOf)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var estate = await client.SystemsAsync(parsed.GetValue(asOf), cancellationToken);
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(estate, WireJson.Default.EstateView);
                }
                else
                {
                    Write(terminal, estate);
                }

                return estate.Systems.Any(s => s.Error is not null) ? ExitCode.DoesNotHold : ExitCode.Ok;
            });
    }

    internal static void Write(Terminal terminal, EstateView estate)
    {
        terminal.Table(
            ["system", "kind", "observed", "facts", "coverage", "refuses within", "measured", "can"],
            estate.Systems.Select(s => (IReadOnlyList<string>)
            [
                s.Name == estate.Authority ? $"{s.Name} (authority)" : s.Name,
                s.Kind,
                Age(estate.AsOf, s.ObservedAt),
                s.FactCount.ToString(CultureInfo.InvariantCulture),
                s.Error is { } error ? $"{error.Code} {error.Detail}" : s.Gaps.Count > 0 ? $"{s.Gaps.Count} gaps" : s.ObservedAt is null
                    ? "nothing yet" : "complete",
                s.Denial.ComputedSeconds is { } bound ? string.Create(CultureInfo.InvariantCulture, $"{bound:0.#} s") : "not known",
                Measured(s.Denial.Measured),
                string.Join(' ', s.Can),
            ]));
        foreach (var (system, gap) in estate.Systems.SelectMany(s => s.Gaps.Select(g => (s, g))))
        {
            terminal.Line($"Not covered: {system.Name} {gap.Scope}: {gap.Why.Code} {gap.Why.Detail}");
        }

        var c = estate.Counts;
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{c.Identities} identities, {c.Accounts} accounts, {c.Groups} groups, {c.Roles} roles, {c.Secrets} secrets, {c.Credentials} "
                + $"credentials, "
            + $"{c.Sessions} sessions, {c.Resources} resources, {c.Links} links"));
        if (estate.Systems.Count == 0)
        {
            terminal.Line("No system is connected yet: name one in lockstep.yaml (samples/lockstep.yaml shows how), then `lockstep up "
                + "--config lockstep.yaml`.");
        }
    }

    /// <summary>Says what the canary showed; nothing measured is not zero.</summary>
    private static string Measured(MeasuredView? measured) => measured is null ? "not measured" : string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {measured.P50:0.0} s, p95 {measured.P95:0.0}, max {measured.Max:0.0}, n {measured.Count}, last {measured.Last:0.0}"
            + $"{(measured.WasDenied ? "" : " and not refused")}");

    private static string Age(DateTimeOffset now, DateTimeOffset? at) => at is { } seen
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (now - seen).TotalSeconds):0} s ago")
        : "never";
}
