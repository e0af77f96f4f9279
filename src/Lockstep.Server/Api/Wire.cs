using System.Globalization;
using Lockstep.Client;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Reconciliation.Findings;
using Lockstep.Server.Access;

namespace Lockstep.Server.Api;

/// <summary>Turns what the core knows into what goes over the wire.</summary>
internal static class Wire
{
    internal static NodeView Node(IEstate estate, NodeId id)
    {
        var node = estate.Find(id);
        return new(id.ToString(), node?.Name ?? id.RawKey, id.Kind, id.SystemName, Words.Of(node?.State ?? NodeState.Active));
    }

    internal static LinkView Link(IEstate estate, Link link) => new(
        Node(estate, link.From),
        Node(estate, link.To),
        link.Kind.Word,
        Words.Of(link.Kind.Plane),
        link.Action,
        link.Validity.From,
        link.Validity.Until,
        Enforcement(link.Enforcement),
        link.Source,
        link.Evidence,
        link.Condition);

    internal static AccessChain Chain(IEstate estate, Chain chain) => new(
        Node(estate, chain.Start),
        chain.Target.Action,
        Node(estate, chain.Target.Resource),
        chain.Credential is { } credential ? Node(estate, credential) : null,
        chain.Until,
        Bound(DenialBound.Of(chain)),
        [.. chain.Links.Select(l => Link(estate, l))]);

    internal static ChainsAnswer Chains(IEstate estate, Answer<IReadOnlyList<Chain>> answer, int? max = null) => new(
        answer.AsOf,
        answer is Answer<IReadOnlyList<Chain>>.Complete,
        (answer as Answer<IReadOnlyList<Chain>>.Truncated)?.Limit,
        NotSeen(estate),
        answer.Value.Count,
        [.. answer.Value.Take(max ?? int.MaxValue).Select(c => Chain(estate, c))]);

    internal static IReadOnlyList<string> NotSeen(IEstate estate) =>
    [
        .. estate.Systems.Where(s => s.ObservedAt is null).Select(s => $"{s.SystemName}: never observed completely{Why(s.LastError)}"),
        .. estate.Systems.Where(s => s.ObservedAt is not null && s.LastError is not null)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.SystemName}: as of {s.ObservedAt:u} only{Why(s.LastError)}")),
        .. estate.Systems.SelectMany(s => s.Gaps.Select(g => $"{s.SystemName}: {g.Scope} not covered{Why(g.Error)}")),
    ];

    internal static FailureView? Failure(ConnectorError? error) =>
        error is null ? null : new(error.Code, Words.Of(error.Kind), error.Detail);

    internal static GapView Gap(CoverageGap gap) => new(gap.Scope, Failure(gap.Error)!);

    internal static FindingView Finding(IEstate estate, Finding finding) => new(
        finding.Id,
        finding.Kind,
        Words.Of(finding.Severity),
        finding.Title,
        Node(estate, finding.Subject),
        finding.Owner is { } owner ? Node(estate, owner) : null,
        finding.SinceAt,
        finding.Remedy,
        Controls(finding.Controls),
        [.. finding.Evidence.Select(l => Text(estate, l))]);

    internal static IReadOnlyList<string> Controls(IReadOnlyDictionary<string, IReadOnlyList<string>> controls) =>
        [.. controls.OrderBy(c => c.Key, StringComparer.Ordinal).SelectMany(c => c.Value.Select(id => $"{c.Key}: {id}"))];

    private static string Text(IEstate estate, Link link) =>
        $"{Node(estate, link.From).Name} {link.Kind.Word}{(link.Action is null ? string.Empty : $" {link.Action}")} "
            + $"{Node(estate, link.To).Name}"
        + $" ({link.Source}: {link.Evidence})";

    private static string Why(ConnectorError? error) => error is null ? string.Empty : $" ({error.Code} {error.Detail})";

    private static string Enforcement(Enforcement enforcement) => enforcement.Mode switch
    {
        EnforcementMode.Online => "online",
        EnforcementMode.Cached => string.Create(CultureInfo.InvariantCulture, $"cached({enforcement.CacheFor.TotalSeconds:0}s)"),
        EnforcementMode.Connection => "connection",
        _ => "expiry-only",
    };

    private static string Bound(DenialBound bound) => bound switch
    {
        DenialBound.Within { Longest.Ticks: 0 } => "at once",
        DenialBound.Within within => string.Create(CultureInfo.InvariantCulture, $"within {within.Longest.TotalSeconds:0} s"),
        DenialBound.Until until => string.Create(CultureInfo.InvariantCulture, $"until {until.At:u}"),
        DenialBound.UntilEnded => "until the session is ended",
        _ => "unbounded: until the value is replaced",
    };
}
