using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Entities;

/// <summary>Answers what is true of entities. The evaluator asks only this, so entities need not be materialised.</summary>
/// <remarks>
/// The answers of one source must not change during one decision; give the decision a picture of one moment.
/// An entity that the source does not know has no attributes, no tags and no ancestors.
/// </remarks>
public interface IEntitySource
{
    /// <summary>Says whether the source knows the entity.</summary>
    bool Contains(EntityUid entity);

    /// <summary>Finds an attribute; false when the entity is unknown or does not have it.</summary>
    bool TryGetAttribute(EntityUid entity, string name, out CedarValue value);

    /// <summary>Finds a tag; false when the entity is unknown or does not have it.</summary>
    bool TryGetTag(EntityUid entity, string name, out CedarValue value);

    /// <summary>Says whether <paramref name="ancestor"/> is above the entity, directly or not. Not asked for an entity itself.</summary>
    bool IsDescendant(EntityUid entity, EntityUid ancestor);

    /// <summary>Gets everything above the entity, directly or not, without the entity itself; in no order.</summary>
    ReadOnlySpan<EntityUid> AncestorsOf(EntityUid entity);

    /// <summary>
    /// Gets everything above an entity and, where the source holds them together, all its attributes; null where it does not, and
    /// attributes are then asked one by one. Only a matter of speed: principal and resource are asked this once for each decision.
    /// </summary>
    ReadOnlySpan<EntityUid> Look(EntityUid entity, out CedarRecord? attributes)
    {
        attributes = null;
        return AncestorsOf(entity);
    }
}
