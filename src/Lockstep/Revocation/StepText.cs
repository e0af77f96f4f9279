using System.Diagnostics;
using System.Globalization;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>Says what the steps of a plan do, in words with names, and whom they touch.</summary>
internal sealed class StepText(IEstate estate, NodeId subject, DateTimeOffset at)
{
    private const int NamesMax = 20;
    private readonly Dictionary<NodeId, IReadOnlyList<NodeId>> _others = [];

    /// <summary>Makes the wait for a vault's cache.</summary>
    public static PlannedStep Wait(string vault, TimeSpan cache)
    {
        var seconds = cache.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return new()
        {
            Index = 0,
            Phase = CasePhase.WaitForCaches,
            Cut = null,
            SystemName = vault,
            What = $"wait until {vault} no longer answers from its cache ({seconds} s)",
            Why = "a token used before the cut is served from the cache, and would be handed the new value",
            Proof = ProofKind.Listing,
            DenialBound = cache,
            Note = $"cached for at most {seconds} s after the account is cut",
        };
    }

    public PlannedStep Step(Cut cut, SystemCapabilities system, CutCapability capability, string why, bool isLatent) => new()
    {
        Index = 0,
        Phase = PhaseOf(cut),
        Cut = cut,
        SystemName = cut.SystemName,
        What = Excerpt.Of(Say(cut), 300),
        Why = why,
        Proof = capability.Proof,
        DenialBound = BoundOf(capability.Enforcement),
        IsLatent = isLatent,
        AlsoUsedBy = NamesOf(OthersUsing(cut.Target)),
        Opens = cut.Kind == CutKind.RevokeCredential && estate.Find(cut.Target)?.Find(NodeAttributes.CredentialType) == "lease"
            ? [.. estate.Graph.LinksFrom(cut.Target).Where(l => l.Kind == LinkKind.AuthenticatesAs).Select(l => l.To).Distinct()]
            : [],
        Atlas = system.RowsAbout(cut),
        Note = capability.Note,
    };

    public PlannedStep Rotation(Cut cut, SystemCapabilities system, IReadOnlyList<NodeId> secrets) => new()
    {
        Index = 0,
        Phase = CasePhase.Rotate,
        Cut = cut,
        SystemName = cut.SystemName,
        What = Excerpt.Of(
            $"rotate {NameOf(cut.Target)}, kept in {string.Join(", ", secrets.Select(s => $"{NameOf(s)} of {s.SystemName}"))}", 300),
        Why = "its value may be known; others use it, so it is replaced and not deleted",
        Proof = ProofKind.Probe,
        DenialBound = BoundOf(system.Find(cut)?.Enforcement ?? Enforcement.Online),
        AlsoUsedBy = NamesOf(OthersUsing(cut.Target)),
        Secrets = secrets,
        Atlas = system.RowsAbout(cut),
        Note = system.Find(cut)?.Note,
    };

    public string Say(Cut cut) => cut.Kind switch
    {
        CutKind.DisableAccount => $"disable account {NameOf(cut.Target)} and replace its password",
        CutKind.RevokeCredential =>
            $"revoke {estate.Find(cut.Target)?.Find(NodeAttributes.CredentialType) ?? cut.Target.Kind} {NameOf(cut.Target)}",
        CutKind.EndSession when cut.Target.Kind == NodeKinds.Account => $"end every session of {NameOf(cut.Target)}",
        CutKind.EndSession => $"end session {NameOf(cut.Target)}",
        CutKind.RemoveLink when cut.Link is { } link =>
            $"remove {NameOf(cut.Target)} {link.Kind.Word} {NameOf(link.To)}{(link.Action is { } action ? $" ({action})" : string.Empty)}",
        _ => $"{cut.Kind} {NameOf(cut.Target)}",
    };

    /// <summary>Says of a chain that nothing cuts it.</summary>
    public UncutAccess Left(Chain chain) =>
        new(Excerpt.Of(string.Join(" -> ", chain.Links.Select(l => NameOf(l.To))), 500), "no connected system can cut a link of this chain")
        {
            Until = chain.Until,
        };

    public string NameOf(NodeId id) => estate.Find(id)?.Name ?? id.RawKey;

    /// <summary>Lists the other identities whose chains run through a node.</summary>
    public IReadOnlyList<NodeId> OthersUsing(NodeId node) => _others.TryGetValue(node, out var known)
        ? known
        : _others[node] =
        [
            .. estate.Graph.Exposure(node, at, QueryLimits.Default, CancellationToken.None).Value
                .Select(a => a.Node).Where(n => n.Kind == NodeKinds.Identity && n != subject),
        ];

    private static CasePhase PhaseOf(Cut cut) => cut.Kind switch
    {
        CutKind.DisableAccount or CutKind.RemoveLink => CasePhase.StopIssuance,
        CutKind.RevokeCredential => CasePhase.RevokeCredentials,
        CutKind.EndSession => CasePhase.EndSessions,
        CutKind.RotateCredential => CasePhase.Rotate,
        _ => throw new UnreachableException($"Bug in Lockstep: unknown cut {cut.Kind}."),
    };

    private static TimeSpan? BoundOf(Enforcement enforcement) => enforcement.Mode switch
    {
        EnforcementMode.Online => TimeSpan.Zero,
        EnforcementMode.Cached => enforcement.CacheFor,
        _ => null,
    };

    private List<string> NamesOf(IReadOnlyList<NodeId> nodes)
    {
        var names = nodes.Take(NamesMax).Select(n => Excerpt.Of(NameOf(n), 100)).ToList();
        return nodes.Count <= NamesMax ? names : [.. names, $"and {nodes.Count - NamesMax} more"];
    }
}
