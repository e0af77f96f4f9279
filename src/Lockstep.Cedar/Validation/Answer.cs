using System.Collections.Immutable;
using Lockstep.Cedar.Schemas;

namespace Lockstep.Cedar.Validation;

/// <summary>What checking an expression found: whether it is right, its type where one can be told, and what may safely be
/// asked once the expression is true (attributes and tags known to be there).</summary>
internal readonly record struct Answer(bool IsRight, CedarType? Type, ImmutableHashSet<string> Known)
{
    public static ImmutableHashSet<string> Nothing { get; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    public static Answer Right(CedarType type) => new(true, type, Nothing);

    public static Answer Right(CedarType type, ImmutableHashSet<string> known) => new(true, type, known);

    public static Answer Wrong(CedarType? type) => new(false, type, Nothing);

    /// <summary>Gives this answer as far as what it builds on was right.</summary>
    public Answer After(params ReadOnlySpan<Answer> parts)
    {
        foreach (var part in parts)
        {
            if (!part.IsRight)
            {
                return Wrong(Type);
            }
        }

        return this;
    }
}

/// <summary>The types of one kind of request: an action with one type of principal and of resource.</summary>
internal sealed record RequestKind(ActionDefinition Action, string Principal, string Resource)
{
    public override string ToString() => $"`{Action.Uid}` by a `{Principal}` on a `{Resource}`";
}
