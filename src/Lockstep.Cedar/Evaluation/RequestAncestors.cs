using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>What is above the three entities of a request, asked once for each decision.</summary>
internal readonly ref struct RequestAncestors(EvaluationFrame frame)
{
    private const int LinearMax = 32;
    private readonly IEntitySource _entities = frame.Entities;

    public readonly ReadOnlySpan<EntityUid> Principal = frame.LookAtPrincipal();

    public readonly ReadOnlySpan<EntityUid> Action = frame.Entities.AncestorsOf(frame.Action);

    public readonly ReadOnlySpan<EntityUid> Resource = frame.LookAtResource();

    /// <summary>Says whether an entity is, or is below, another; <paramref name="above"/> is what is above it.</summary>
    public bool IsIn(EntityUid entity, ReadOnlySpan<EntityUid> above, EntityUid target)
    {
        if (entity.Equals(target))
        {
            return true;
        }

        if (above.Length > LinearMax)
        {
            return _entities.IsDescendant(entity, target);
        }

        foreach (var ancestor in above)
        {
            if (ancestor.Equals(target))
            {
                return true;
            }
        }

        return false;
    }
}
