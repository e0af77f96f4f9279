using Lockstep.Client;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Access;
using Lockstep.Server.Guardrails;

namespace Lockstep.Server.Api;

/// <summary>Turns how guardrails stand into what goes over the wire.</summary>
internal static class GuardrailWire
{
    internal static GuardrailsAnswer Answer(IEstate estate, LoadedGuardrails loaded, GuardrailReport report) => new(
        report.At, report.LedgerSize, loaded.Set.Digest, loaded.Since, loaded.Set.Files, [.. loaded.Problems.Select(p => p.ToString())],
        [.. report.States.Select(s => View(estate, s.Guardrail, s.State))]);

    /// <summary>Says what is violated then and not now, and the other way round.</summary>
    internal static WhatIfAnswer Difference(IEstate estateNow, GuardrailReport now, IEstate estateThen, GuardrailReport then, int asked) => new(
        then.At, [], [.. then.States.SelectMany(s => UnknownOf(s.State)).Distinct()],
        [.. Missing(then, now).Select(v => Violation(estateThen, v))],
        [.. Missing(now, then).Select(v => Violation(estateNow, v))],
        asked);

    private static GuardrailView View(IEstate estate, Guardrail guardrail, GuardrailState state)
    {
        var owner = estate.FindIdentities(guardrail.Owner) is [var one] ? Wire.Node(estate, one.Id) : null;
        return new(
            guardrail.Id, guardrail.Owner, owner, guardrail.About, Words.Of(guardrail.Severity), Wire.Controls(guardrail.Controls), guardrail.File,
            state switch
            {
                GuardrailState.Holds => GuardrailView.Holds,
                GuardrailState.Violated => "violated",
                _ => "unknown",
            },
            UnknownOf(state), [.. ViolationsOf(state).Select(v => Violation(estate, v))]);
    }

    private static IReadOnlyList<string> UnknownOf(GuardrailState state) => state switch
    {
        GuardrailState.Violated violated => violated.Unknown,
        GuardrailState.NotKnown unknown => unknown.Why,
        _ => [],
    };

    private static IReadOnlyList<GuardrailViolation> ViolationsOf(GuardrailState state) =>
        (state as GuardrailState.Violated)?.Violations ?? [];

    private static ViolationView Violation(IEstate estate, GuardrailViolation violation) => new(
        violation.Guardrail.Id, Wire.Node(estate, violation.Principal), violation.Accesses.Count,
        [
            .. violation.Accesses.GroupBy(a => a.Part).SelectMany(part => part.Take(ForbiddenAccess.ChainsMax)).Select(a => new ForbiddenAccessView(
                a.Part, a.Target.Action, Wire.Node(estate, a.Target.Resource), a.IsDirect, a.Chain is { } chain ? Wire.Chain(estate, chain) : null)),
        ]);

    /// <summary>Gives the violations that another report does not have, with the accesses that it does not have.</summary>
    private static IEnumerable<GuardrailViolation> Missing(GuardrailReport of, GuardrailReport from)
    {
        var known = from.Violations.ToDictionary(
            v => (v.Guardrail.Id, v.Principal), v => v.Accesses.Select(a => (a.Part, a.Target)).ToHashSet());
        foreach (var violation in of.Violations)
        {
            var has = known.GetValueOrDefault((violation.Guardrail.Id, violation.Principal));
            var added = has is null ? violation.Accesses : [.. violation.Accesses.Where(a => !has.Contains((a.Part, a.Target)))];
            if (added.Count > 0)
            {
                yield return violation with { Accesses = added };
            }
        }
    }
}
