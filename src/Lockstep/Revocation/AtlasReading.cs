using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>
/// Reads the atlas for the steps of a case: what outlives each cut, which step ends it, and by which clock it ends otherwise. A bound
/// is taken back where an open connection outlives the cut and no step ends it.
/// </summary>
internal sealed class AtlasReading(
    IEstate estate, IReadOnlyDictionary<string, SystemCapabilities> systems, IReadOnlyList<Chain> chains)
{
    /// <summary>Adds to each of <paramref name="steps"/> what outlives it; any of <paramref name="all"/> may end that.</summary>
    public IReadOnlyList<PlannedStep> Of(IReadOnlyList<PlannedStep> steps, IReadOnlyList<PlannedStep> all) =>
        [.. steps.Select(s => s.Cut is { } cut && systems.GetValueOrDefault(s.SystemName) is { } system ? Read(s, cut, system, all) : s)];

    private PlannedStep Read(PlannedStep step, Cut cut, SystemCapabilities system, IReadOnlyList<PlannedStep> all)
    {
        var near = new Lazy<HashSet<NodeId>>(() => Near(cut));
        List<PlannedSurvivor> outlives =
        [
            .. system.Survivors.Where(r => r.Until != SurvivalEnd.Refused && r.IsAbout(cut)).Select(row => new PlannedSurvivor(row.Id, row.Until)
            {
                IsEndedByItself = row.IsEndedByItself,
                EndedBySteps = row.EndedWith is { } kind
                    ? [.. all.Where(s => Ends(s, kind, step, row.Until, near.Value)).Select(s => s.Index)]
                    : [],
                CachedFor = row.Until == SurvivalEnd.Cache ? LongestCache(cut) : null,
                ExpiresAt = row.Until == SurvivalEnd.Expiry
                    ? CasePlanner.InstantOf(estate.Find(cut.Target), NodeAttributes.ExpiresAt) : null,
            }),
        ];
        return step with
        {
            Outlives = outlives,
            DenialBound = outlives.Exists(o => o is { Until: SurvivalEnd.Connection, IsEnded: false }) ? null : step.DenialBound,
        };
    }

    /// <summary>What is opened before the cut and goes on must be ended after it; another way to the same may be closed before it as well.</summary>
    private static bool Ends(PlannedStep other, CutKind kind, PlannedStep step, SurvivalEnd until, HashSet<NodeId> near) =>
        other.Index != step.Index && other.Cut is { } cut && cut.Kind == kind && (until != SurvivalEnd.Connection || other.Phase > step.Phase)
        && (near.Contains(cut.Target) || (cut.Link is { } link && near.Contains(link.To)));

    /// <summary>What is cut, and what it opens, holds or is opened by.</summary>
    private HashSet<NodeId> Near(Cut cut)
    {
        HashSet<NodeId> near = [cut.Target];
        if (cut.Link is { } removed)
        {
            near.UnionWith([removed.From, removed.To]);
        }

        foreach (var node in near.ToList())
        {
            near.UnionWith(estate.Graph.LinksFrom(node).Where(IsClose).Select(l => l.To));
            near.UnionWith(estate.Graph.LinksTo(node).Where(IsClose).Select(l => l.From).Where(n => n.Kind != NodeKinds.Identity));
        }

        return near;
    }

    private static bool IsClose(Link link) => link.Kind is LinkKind.AuthenticatesAs or LinkKind.Holds or LinkKind.Contains;

    private TimeSpan? LongestCache(Cut cut) => chains.Where(c => c.Links.Any(l => l.From == cut.Target || l.To == cut.Target))
        .SelectMany(c => c.Links).Where(l => l.Enforcement.Mode == EnforcementMode.Cached)
        .Select(l => (TimeSpan?)l.Enforcement.CacheFor).Max();
}
