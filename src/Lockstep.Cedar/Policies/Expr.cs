using System.Collections.Immutable;
using Lockstep.Cedar.Formatting;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Policies;

/// <summary>An expression. Closed: the nested records and no others.</summary>
public abstract record Expr
{
    private Expr()
    {
    }

    /// <summary>Gets where the expression stands in its text; empty for one that came from JSON.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>Writes the expression in the policy language.</summary>
    public sealed override string ToString() => ExprWriter.Write(this);

    /// <summary>A value: a literal of the text, or what partial evaluation has found.</summary>
    public sealed record Literal(CedarValue Value) : Expr;

    /// <summary><c>principal</c>, <c>action</c>, <c>resource</c> or <c>context</c>.</summary>
    public sealed record Variable(RequestVariable Name) : Expr;

    /// <summary><c>if Test then Then else Else</c>.</summary>
    public sealed record If(Expr Test, Expr Then, Expr Else) : Expr;

    /// <summary><c>Left &amp;&amp; Right</c>.</summary>
    public sealed record And(Expr Left, Expr Right) : Expr;

    /// <summary><c>Left || Right</c>.</summary>
    public sealed record Or(Expr Left, Expr Right) : Expr;

    /// <summary><c>!Operand</c>, <c>-Operand</c> or <c>Operand.isEmpty()</c>.</summary>
    public sealed record Unary(UnaryOperator Operator, Expr Operand) : Expr;

    /// <summary>An operator or built-in method of two operands.</summary>
    public sealed record Binary(BinaryOperator Operator, Expr Left, Expr Right) : Expr;

    /// <summary><c>Operand like "pattern"</c>.</summary>
    public sealed record Like(Expr Operand, LikePattern Pattern) : Expr;

    /// <summary><c>Operand is EntityType</c>, or <c>Operand is EntityType in Within</c>.</summary>
    public sealed record Is(Expr Operand, string EntityType, Expr? Within) : Expr;

    /// <summary><c>Operand has Attribute</c>.</summary>
    public sealed record Has(Expr Operand, string Attribute) : Expr;

    /// <summary><c>Operand.Attribute</c>.</summary>
    public sealed record Get(Expr Operand, string Attribute) : Expr;

    /// <summary>A call of an extension: a constructor such as <c>ip("::1")</c>, or a method with its target as first argument.</summary>
    public sealed record Call(string Function, ImmutableArray<Expr> Arguments) : Expr;

    /// <summary><c>[a, b]</c>.</summary>
    public sealed record SetOf(ImmutableArray<Expr> Items) : Expr;

    /// <summary><c>{a: b}</c>, in the order of the text.</summary>
    public sealed record RecordOf(ImmutableArray<KeyValuePair<string, Expr>> Fields) : Expr;
}
