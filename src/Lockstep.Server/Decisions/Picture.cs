using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using Lockstep.Cedar.Values;
using Lockstep.Reconciliation;
using Lockstep.Server.Workers;

namespace Lockstep.Server.Decisions;

/// <summary>One version of the estate, as decisions ask it.</summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class Picture(IEstate estate, Picture? before = null)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<EntityUid>> _entities = new(StringComparer.Ordinal);

    /// <summary>Gets the estate.</summary>
    public IEstate Estate => estate;

    /// <summary>Gets its entities.</summary>
    /// <remarks>What was read for an older version is kept where only coverage moved on: the graph is then the same.</remarks>
    public GraphEntities Entities { get; } =
        before is not null && ReferenceEquals(before.Estate.Graph, estate.Graph) ? before.Entities : GraphEntities.Of(estate, before?.Entities);

    /// <summary>Gets how each system stands.</summary>
    public FrozenDictionary<string, SystemCoverage> Systems { get; } =
        estate.Systems.ToFrozenDictionary(s => s.SystemName, StringComparer.Ordinal);

    /// <summary>Gets the entities of a kind of node, ordered by id. O(nodes) at first.</summary>
    public IReadOnlyList<EntityUid> EntitiesOf(string kind) => _entities.GetOrAdd(
        kind, static (k, of) => [.. of.NodesOf(k).Select(n => EntityNames.Of(n.Id)).OrderBy(e => e.Id, StringComparer.Ordinal)], estate);

    /// <summary>Says what is unknown of a system, or <see langword="null"/> if nothing is.</summary>
    /// <param name="system">Its name.</param>
    /// <param name="at">The instant of the decision (UTC).</param>
    /// <param name="ageMax">After how long without a complete look it counts as unknown.</param>
    public string? UnknownOf(string system, DateTimeOffset at, TimeSpan ageMax)
    {
        if (!Systems.TryGetValue(system, out var seen))
        {
            return null;
        }

        return seen switch
        {
            { ObservedAt: null } => $"{system} was never observed completely",
            { LastError: { } error } => Text($"{system} is known as of {seen.ObservedAt:u} only ({error.Code} {error.Detail})"),
            { Gaps: [var gap, ..] } => $"{system}: {gap.Scope} is not covered ({gap.Error.Code} {gap.Error.Detail})",
            { ObservedAt: { } when } when at - when > ageMax => Text($"{system} was last observed completely at {when:u}"),
            _ => null,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Keeps the picture of the newest estate.</summary>
internal sealed class Pictures(EstateHolder holder)
{
    private volatile Picture? _newest;

    /// <summary>Gets the picture of the newest estate.</summary>
    public Picture Current
    {
        get
        {
            var estate = holder.Current;
            return _newest is { } kept && ReferenceEquals(kept.Estate, estate) ? kept : _newest = new Picture(estate, _newest);
        }
    }
}
