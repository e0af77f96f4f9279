using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Schemas;

/// <summary>A schema as it is written, in either format: names are not yet looked up.</summary>
internal sealed record SchemaSyntax(SourceText? Source, List<NamespaceSyntax> Namespaces);

internal sealed record NamespaceSyntax(string Name, SourceSpan Span)
{
    public List<(Named Name, TypeSyntax Type)> CommonTypes { get; } = [];

    public List<EntitySyntax> Entities { get; } = [];

    public List<ActionSyntax> Actions { get; } = [];
}

/// <summary>A name and where it stands.</summary>
internal sealed record Named(string Text, SourceSpan Span);

internal sealed record EntitySyntax(Named Name, List<Named> Parents, TypeSyntax? Shape, TypeSyntax? Tags, List<string>? Ids);

internal sealed record ActionSyntax(Named Name, List<(Named? Type, string Id, SourceSpan Span)> Parents, AppliesSyntax? Applies);

internal sealed record AppliesSyntax(List<Named> Principals, List<Named> Resources, TypeSyntax? Context);

internal abstract record TypeSyntax(SourceSpan Span)
{
    /// <summary>A name: a common type, an entity type or a built-in one; JSON can say which.</summary>
    internal sealed record Reference(string Name, ReferenceKind Kind, SourceSpan Span) : TypeSyntax(Span);

    internal sealed record SetOf(TypeSyntax Element, SourceSpan Span) : TypeSyntax(Span);

    internal sealed record RecordOf(List<(Named Name, TypeSyntax Type, bool IsRequired)> Fields, SourceSpan Span) : TypeSyntax(Span);
}

internal enum ReferenceKind
{
    Any,
    EntityOnly,
    BuiltIn,
    CommonOnly,
}
