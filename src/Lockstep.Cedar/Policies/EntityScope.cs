using System.Collections.Immutable;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Policies;

/// <summary>How a scope narrows its variable.</summary>
public enum ScopeKind
{
    /// <summary>Not at all.</summary>
    Any,

    /// <summary>To one entity: <c>== e</c>.</summary>
    Equal,

    /// <summary>To an entity and its descendants: <c>in e</c>; for actions also a list.</summary>
    In,

    /// <summary>To a type: <c>is T</c>.</summary>
    Is,

    /// <summary>To a type below an entity: <c>is T in e</c>.</summary>
    IsIn,
}

/// <summary>The scope of <c>principal</c> or <c>resource</c>.</summary>
public sealed record EntityScope(ScopeKind Kind, EntityUid? Entity = null, string? EntityType = null, bool HasSlot = false)
{
    /// <summary>Gets the scope that takes every entity.</summary>
    public static EntityScope Any { get; } = new(ScopeKind.Any);

    /// <summary>Gets where the entity or type stands in the text.</summary>
    public SourceSpan Span { get; init; }
}

/// <summary>The scope of <c>action</c>: any, one (<c>==</c>), or one or more with <c>in</c>.</summary>
/// <param name="Kind"><see cref="ScopeKind.Any"/>, <see cref="ScopeKind.Equal"/> or <see cref="ScopeKind.In"/>.</param>
/// <param name="Actions">The actions named; one for <see cref="ScopeKind.Equal"/>.</param>
/// <param name="IsList">Whether <c>in</c> was given a list in brackets.</param>
public sealed record ActionScope(ScopeKind Kind, ImmutableArray<EntityUid> Actions, bool IsList = false)
{
    /// <summary>Gets the scope that takes every action.</summary>
    public static ActionScope Any { get; } = new(ScopeKind.Any, []);

    /// <summary>Gets where the actions stand in the text.</summary>
    public SourceSpan Span { get; init; }
}
