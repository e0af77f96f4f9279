using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Policies;

internal enum SyntaxKind
{
    Policies,
    Policy,
    Annotation,
    ScopeVariable,
    Condition,
    If,
    Or,
    And,
    Relation,
    Has,
    Like,
    Is,
    Sum,
    Product,
    Unary,
    Member,
    Field,
    Arguments,
    Index,
    Text,
    Number,
    Bool,
    Reference,
    Name,
    Slot,
    Parens,
    List,
    Record,
    RecordField,
}

/// <summary>A node of the concrete tree: keeps brackets and operator tokens, so that a formatter can stand on it.</summary>
internal sealed class SyntaxNode(SyntaxKind kind, int start, int end, IReadOnlyList<SyntaxNode> children)
{
    public SyntaxKind Kind => kind;

    public int Start => start;

    public int End => end;

    public SourceSpan Span => new(start, end);

    public IReadOnlyList<SyntaxNode> Children => children;

    /// <summary>Gets the word of a leaf, the variable of a scope, the keyword of a condition, the effect of a policy.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Gets the operators between the children, or the prefix operators of a unary.</summary>
    public IReadOnlyList<Token> Operators { get; init; } = [];

    /// <summary>Gets the tokens of a path.</summary>
    public IReadOnlyList<Token> Path { get; init; } = [];

    public string PathText => string.Join("::", Path.Select(t => t.Text));

    public override string ToString() => $"{kind} {Text}";
}
