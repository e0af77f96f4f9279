using System.Collections.Immutable;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Entities;

/// <summary>One entity with what is known of it.</summary>
/// <param name="Uid">Its name.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Parents">What it is directly in; the store adds what is above.</param>
/// <param name="Tags">Its tags: values by names that can be computed.</param>
public sealed record EntityFacts(EntityUid Uid, CedarRecord Attributes, ImmutableArray<EntityUid> Parents, CedarRecord Tags)
{
    /// <summary>Makes an entity without attributes and tags.</summary>
    public static EntityFacts Of(EntityUid uid, params ReadOnlySpan<EntityUid> parents) =>
        new(uid, CedarRecord.Empty, [.. parents], CedarRecord.Empty);
}
