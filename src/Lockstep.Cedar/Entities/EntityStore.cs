using System.Collections.Frozen;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Entities;

/// <summary>Entities held in memory, with everything above each computed once.</summary>
/// <threadsafety>Immutable; any number of threads may read it.</threadsafety>
public sealed class EntityStore : IEntitySource
{
    private const int LinearMax = 8;
    private readonly FrozenDictionary<EntityUid, Held> _held;

    private EntityStore(Dictionary<EntityUid, Held> held) => _held = held.ToFrozenDictionary();

    /// <summary>Gets the store without entities.</summary>
    public static EntityStore Empty { get; } = new([]);

    /// <summary>Gets how many entities the store holds.</summary>
    public int Count => _held.Count;

    /// <summary>Gets the entities.</summary>
    public IEnumerable<EntityFacts> Entities => _held.Values.Select(held => held.Entity);

    /// <summary>Makes a store.</summary>
    /// <exception cref="CedarException">An entity is given twice with different facts, or is above itself; the message names the
    /// cycle.</exception>
    public static EntityStore Of(IEnumerable<EntityFacts> entities)
    {
        var byUid = new Dictionary<EntityUid, EntityFacts>();
        foreach (var entity in entities)
        {
            if (!byUid.TryAdd(entity.Uid, entity) && !SameFacts(byUid[entity.Uid], entity))
            {
                throw new CedarException("LS6020", $"entity `{entity.Uid}` is given twice");
            }
        }

        return new(new AncestorClosure(byUid).Close().ToDictionary(
            pair => pair.Key,
            pair => new Held(byUid[pair.Key], pair.Value, pair.Value.Length > LinearMax ? pair.Value.ToFrozenSet() : null)));
    }

    /// <summary>Finds an entity.</summary>
    public EntityFacts? Find(EntityUid uid) => _held.TryGetValue(uid, out var held) ? held.Entity : null;

    /// <inheritdoc/>
    public bool Contains(EntityUid entity) => _held.ContainsKey(entity);

    /// <inheritdoc/>
    public bool TryGetAttribute(EntityUid entity, string name, out CedarValue value)
    {
        value = default;
        return _held.TryGetValue(entity, out var held) && held.Entity.Attributes.TryGet(name, out value);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<EntityUid> Look(EntityUid entity, out CedarRecord? attributes)
    {
        if (_held.TryGetValue(entity, out var held))
        {
            attributes = held.Entity.Attributes;
            return held.Ancestors;
        }

        attributes = CedarRecord.Empty;
        return [];
    }

    /// <inheritdoc/>
    public bool TryGetTag(EntityUid entity, string name, out CedarValue value)
    {
        value = default;
        return _held.TryGetValue(entity, out var held) && held.Entity.Tags.TryGet(name, out value);
    }

    /// <inheritdoc/>
    public bool IsDescendant(EntityUid entity, EntityUid ancestor) => _held.TryGetValue(entity, out var held)
        && (held.AncestorSet is { } set ? set.Contains(ancestor) : Array.IndexOf(held.Ancestors, ancestor) >= 0);

    /// <inheritdoc/>
    public ReadOnlySpan<EntityUid> AncestorsOf(EntityUid entity) => _held.TryGetValue(entity, out var held) ? held.Ancestors : [];

    private static bool SameFacts(EntityFacts left, EntityFacts right) => left.Attributes.Equals(right.Attributes)
        && left.Tags.Equals(right.Tags)
        && left.Parents.ToHashSet().SetEquals(right.Parents);

    private sealed record Held(EntityFacts Entity, EntityUid[] Ancestors, FrozenSet<EntityUid>? AncestorSet);
}
