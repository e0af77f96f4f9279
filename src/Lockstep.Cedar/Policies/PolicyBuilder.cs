using System.Collections.Immutable;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Policies;

/// <summary>Turns the concrete tree into policies, and refuses what the grammar lets through but the language does not.</summary>
internal sealed partial class PolicyBuilder(SourceText source)
{
    /// <summary>Builds every policy of a text; ids are <c>policy0</c>, <c>policy1</c>, ... in order.</summary>
    /// <exception cref="CedarException">With every fault of every policy.</exception>
    public static List<Policy> Build(SourceText source, SyntaxNode policies)
    {
        var builder = new PolicyBuilder(source);
        var built = new List<Policy>();
        var faults = new List<CedarDiagnostic>();
        for (var i = 0; i < policies.Children.Count; i++)
        {
            try
            {
                built.Add(builder.BuildPolicy(policies.Children[i], $"policy{i}"));
            }
            catch (CedarException fault)
            {
                faults.AddRange(fault.Diagnostics);
            }
        }

        return faults.Count > 0 ? throw new CedarException(faults) : built;
    }

    private Policy BuildPolicy(SyntaxNode node, string id)
    {
        var annotations = ImmutableArray.CreateBuilder<Annotation>();
        var scopes = node.Children.Where(child => child.Kind == SyntaxKind.ScopeVariable).ToList();
        if (scopes.Count != 3)
        {
            throw Fault(node.Operators[0].Span, $"scope names {scopes.Count} of its three variables", "`(principal, action, resource)`");
        }

        foreach (var child in node.Children.Where(child => child.Kind == SyntaxKind.Annotation))
        {
            if (annotations.Any(a => a.Name == child.Text))
            {
                throw Fault(child.Span, $"annotation `@{child.Text}` is given twice", "each annotation once");
            }

            annotations.Add(new(child.Text, child.Children.Count == 0 ? string.Empty
                : ReadText(child.Children[0]), child.Children.Count > 0));
        }

        return new()
        {
            Id = id,
            Effect = node.Text == "permit" ? Effect.Permit : Effect.Forbid,
            Annotations = annotations.ToImmutable(),
            Principal = BuildEntityScope(scopes[0], "?principal"),
            Action = BuildActionScope(scopes[1]),
            Resource = BuildEntityScope(scopes[2], "?resource"),
            Conditions = [.. node.Children.Where(c => c.Kind == SyntaxKind.Condition)
                .Select(c => new Condition(c.Text == "unless", BuildBody(c.Children[0])) { Span = c.Span })],
            Span = node.Span,
        };
    }

    private Expr BuildBody(SyntaxNode node) => BuildExpression(node);

    private EntityScope BuildEntityScope(SyntaxNode node, string slot)
    {
        if (node.Children.Count == 0)
        {
            return EntityScope.Any;
        }

        var isType = node.Operators[0].Text == "is";
        var type = isType ? TypeName(node.Children[0]) : null;
        if (isType && node.Children.Count == 1)
        {
            return new(ScopeKind.Is, EntityType: type) { Span = node.Children[0].Span };
        }

        var op = node.Operators[^1];
        if (op.Text is not ("==" or "in") || (isType && op.Text == "=="))
        {
            throw Fault(op.Span, $"`{op.Text}` does not belong into a scope", isType ? "`in` after the type" : "`==`, `in` or `is`",
                "other comparisons go into a `when` condition");
        }

        var target = Unwrap(node.Children[^1]);
        var kind = op.Text == "==" ? ScopeKind.Equal : isType ? ScopeKind.IsIn : ScopeKind.In;
        if (target.Kind == SyntaxKind.Slot)
        {
            return target.Text == slot ? new(kind, null, type, HasSlot: true) { Span = target.Span }
                : throw Fault(target.Span, $"`{target.Text}` does not belong to `{node.Text}`", $"`{slot}`");
        }

        return new(kind, ScopeEntity(target, $"an entity such as `User::\"alice\"`, or `{slot}`"), type) { Span = target.Span };
    }

    private ActionScope BuildActionScope(SyntaxNode node)
    {
        if (node.Children.Count == 0)
        {
            return ActionScope.Any;
        }

        var op = node.Operators[^1];
        if (node.Operators.Count > 1 || op.Text is not ("==" or "in"))
        {
            throw Fault(node.Operators[0].Span, $"`{node.Operators[0].Text}` does not belong into the scope of `action`", "`==` or `in`");
        }

        var target = Unwrap(node.Children[0]);
        if (target.Kind == SyntaxKind.List)
        {
            return op.Text == "in" ? new(ScopeKind.In, [.. target.Children.Select(ActionEntity)], IsList: true) { Span = target.Span }
                : throw Fault(op.Span, "an action cannot equal a list", "`in` before a list");
        }

        return new(op.Text == "==" ? ScopeKind.Equal : ScopeKind.In, [ActionEntity(target)]) { Span = target.Span };
    }

    private EntityUid ActionEntity(SyntaxNode node)
    {
        var entity = ScopeEntity(Unwrap(node), "an action such as `Action::\"view\"`");
        return entity.Type == "Action" || entity.Type.EndsWith("::Action", StringComparison.Ordinal) ? entity
            : throw Fault(node.Span, $"`{entity}` is not an action", "an entity whose type is `Action`, with or without namespaces",
                $"did you mean `Action::\"{Escapes.Write(entity.Id)}\"`?");
    }

    private EntityUid ScopeEntity(SyntaxNode node, string expected) => node.Kind == SyntaxKind.Reference ? Reference(node)
        : throw Fault(node.Span, "scope compares with something that is not an entity", expected,
            "conditions on attributes go into `when { ... }`");

    private static SyntaxNode Unwrap(SyntaxNode node)
    {
        while (node.Kind == SyntaxKind.Parens)
        {
            node = node.Children[0];
        }

        return node;
    }

    private EntityUid Reference(SyntaxNode node) => new(TypeName(node.Children[0]), ReadText(node.Children[1]));

    private string TypeName(SyntaxNode node)
    {
        node = Unwrap(node);
        if (node.Kind != SyntaxKind.Name)
        {
            throw Fault(node.Span, "this is not the name of an entity type", "a name such as `User` or `Chain::User`");
        }

        foreach (var part in node.Path)
        {
            Unreserved(part.Text, part.Span);
        }

        return node.PathText;
    }

    private void Unreserved(string word, SourceSpan span)
    {
        if (Functions.IsReserved(word))
        {
            throw Fault(span, $"`{word}` is a reserved word", "a name", "an attribute of this name is read with `[\"...\"]`");
        }
    }

    private string ReadText(SyntaxNode node)
    {
        var raw = node.Text.AsSpan(1, node.Text.Length - 2);
        return Escapes.Read(raw, false, null, out var badAt) ?? throw BadEscape(node, badAt);
    }

    private CedarException BadEscape(SyntaxNode node, int badAt) =>
        Fault(new(Math.Min(node.Start + badAt, node.End - 1), node.End), "this is not an escape of the language",
            "one of \\\" \\\\ \\' \\n \\r \\t \\0 \\x41 \\u{1F600}", "a backslash itself is written `\\\\`");

    private CedarException Fault(SourceSpan span, string message, string? expected = null, string? hint = null) =>
        new([CedarDiagnostic.At(source, span, "LS6004", message) with { Expected = expected, Hint = hint }]);
}
