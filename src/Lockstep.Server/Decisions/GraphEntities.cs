using System.Collections.Concurrent;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Values;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Server.Decisions;

/// <summary>
/// The entities of policies, answered from one version of the graph: <c>principal in Group::"x"</c> is real, current, nested membership
/// and <c>resource.owner</c> the owner of now. Only what a policy asks for is read, and kept for as long as it stays true.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="find">Finds a node as its system reports it.</param>
/// <threadsafety>Any number of threads.</threadsafety>
/// <param name="names">The names of nodes that an older version gave out; they never change.</param>
internal sealed class GraphEntities(IAccessGraph graph, Func<NodeId, Node?> find, NodeNames? names = null)
{
    // About 1 KiB each; beyond this what was kept is forgotten and read again.
    private const int KeptMax = 200_000;

    private readonly ConcurrentDictionary<EntityUid, NodeFacts?> _kept = new();
    private readonly ConcurrentDictionary<EntityUid, Owned> _owned = new();
    private readonly NodeNames _names = names ?? new();
    private int _count;
    private int _ownedCount;

    /// <summary>Makes the source of one version of the estate, after another or as the first.</summary>
    public static GraphEntities Of(IEstate estate, GraphEntities? before = null) => new(estate.Graph, estate.Find, before?._names);

    /// <summary>Gets the graph that is asked.</summary>
    public IAccessGraph Graph => graph;

    /// <summary>Gives the source as of one instant. Costs nothing; make one for each decision or for many at the same instant.</summary>
    public GraphMoment At(DateTimeOffset at) => new(this, at);

    /// <summary>Finds what is true of an entity at an instant; <see langword="null"/> if it names no node that the graph knows.</summary>
    internal NodeFacts? FactsOf(EntityUid entity, DateTimeOffset at)
    {
        if (_kept.TryGetValue(entity, out var kept) && (kept is null || kept.Membership.Holds.HoldsAt(at)))
        {
            return kept;
        }

        var read = EntityNames.TryParse(entity, out var id) && Knows(id) ? NodeFacts.Read(graph, find, id, at, _names) : null;
        Keep(entity, read);
        return read;
    }

    /// <summary>Finds who owns an entity at an instant: the first in <see cref="LinkOrder"/> should there be several.</summary>
    internal EntityUid? OwnerOf(EntityUid entity, NodeId id, DateTimeOffset at)
    {
        if (!_owned.TryGetValue(entity, out var owned) || !owned.Holds.HoldsAt(at))
        {
            var window = new OwnerWindow(graph.LinksTo(id, LinkKind.Owns), at);
            owned = new(window.Owner is { } owner ? EntityNames.Of(owner) : null, window.Holds);
            if (Interlocked.Increment(ref _ownedCount) <= KeptMax)
            {
                _owned[entity] = owned;
            }
        }

        return owned.Owner;
    }

    private bool Knows(NodeId id) => find(id) is not null || graph.Names(id);

    private void Keep(EntityUid entity, NodeFacts? facts)
    {
        if (Interlocked.Increment(ref _count) > KeptMax)
        {
            _kept.Clear();
            Volatile.Write(ref _count, 0);
        }

        _kept[entity] = facts;
    }

    private sealed record Owned(EntityUid? Owner, Validity Holds);
}

/// <summary>The entities as of one instant.</summary>
internal sealed class GraphMoment(GraphEntities entities, DateTimeOffset at) : IEntitySource
{
    /// <summary>Gets the instant.</summary>
    public DateTimeOffset At => at;

    /// <summary>Finds what is true of an entity now.</summary>
    public NodeFacts? FactsOf(EntityUid entity) => entities.FactsOf(entity, at);

    /// <inheritdoc/>
    public bool Contains(EntityUid entity) => entity.Type == EntityNames.SystemType || FactsOf(entity) is not null;

    /// <inheritdoc/>
    public bool TryGetAttribute(EntityUid entity, string name, out CedarValue value)
    {
        value = default;
        if (FactsOf(entity) is not { } facts)
        {
            return false;
        }

        if (name == "owner" && entities.OwnerOf(entity, facts.Id, at) is { } owner)
        {
            value = CedarValue.Of(owner);
            return true;
        }

        return facts.TryGetAttribute(name, out value);
    }

    /// <inheritdoc/>
    public bool TryGetTag(EntityUid entity, string name, out CedarValue value)
    {
        value = default;
        return FactsOf(entity) is { } facts && facts.TryGetTag(name, out value);
    }

    /// <inheritdoc/>
    public bool IsDescendant(EntityUid entity, EntityUid ancestor) => FactsOf(entity) is { } facts && facts.IsIn(ancestor);

    /// <inheritdoc/>
    public ReadOnlySpan<EntityUid> AncestorsOf(EntityUid entity) => FactsOf(entity) is { } facts ? facts.Above : [];
}
