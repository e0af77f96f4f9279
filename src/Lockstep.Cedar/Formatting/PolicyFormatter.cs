using System.Text;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Formatting;

/// <summary>Lays policies out in one canonical way; comments stay with their neighbours, meaning stays the same.</summary>
public sealed partial class PolicyFormatter
{
    private const int IndentColumns = 2;
    private const int LineColumns = 80;
    private readonly Comments _comments;

    private PolicyFormatter(Comments comments) => _comments = comments;

    /// <summary>Formats a text of policies; lines of at most 80 columns where that can be, indented by 2.</summary>
    /// <exception cref="CedarException">The text is not a list of policies.</exception>
    public static string Format(string text)
    {
        var source = new SourceText(text);
        var tree = PolicyParser.ParsePolicies(source);
        var before = PolicyBuilder.Build(source, tree);
        var tokens = Lexer.Tokenize(source);
        var comments = new Comments(source, tokens);
        var formatter = new PolicyFormatter(comments);
        var formatted = new StringBuilder();
        formatted.AppendJoin(
            "\n\n", tree.Children.Select(policy => EmptyLines.Remove(formatter.Policy(policy).Render(LineColumns)))).Append('\n');
        foreach (var comment in comments.AtEnd)
        {
            formatted.Append(comment).Append('\n');
        }

        var result = formatted.ToString();
        RequireSameMeaning(before, result);
        return result;
    }

    // A formatter that changes what a policy says is worse than none, so every result is read again.
    private static void RequireSameMeaning(List<Policy> before, string formatted)
    {
        var after = PolicySet.Parse(formatted);
        if (!before.Select(policy => policy.ToString()).Order(StringComparer.Ordinal)
            .SequenceEqual(after.Policies.Concat(after.Templates).Select(policy => policy.ToString()).Order(StringComparer.Ordinal)))
        {
            throw new System.Diagnostics.UnreachableException("Bug in Lockstep: formatting changed a policy.");
        }
    }

    private Layout Policy(SyntaxNode policy)
    {
        var annotations = policy.Children.Where(child => child.Kind == SyntaxKind.Annotation).Select(Annotation).ToList();
        var effect = policy.Operators[0];
        var before = _comments.TakeBefore(effect.Start);
        var word = _comments.TakeAtStart(effect.Start).Around(Layout.Of(effect.Text));
        var scopes = policy.Children.Where(child => child.Kind == SyntaxKind.ScopeVariable).ToList();
        var variables = scopes.Select(ScopeVariable).ToList();
        var isPlain = scopes.All(scope => scope.Operators.Count == 0);
        var separator = isPlain ? Layout.Space : Layout.HardLine;
        var first = _comments.TakeAfter(scopes[0].End).Around(Layout.Of(","), separator);
        var second = _comments.TakeAfter(scopes[1].End).Around(Layout.Of(","), separator);
        var inner = Layout.Join(variables[0], first, variables[1], second, variables[2]);
        var scope = isPlain ? inner.Nest(IndentColumns).Group()
            : Layout.Join(Layout.Join(Layout.HardLine, inner).Nest(IndentColumns), Layout.HardLine);
        var conditions = policy.Children.Where(child => child.Kind == SyntaxKind.Condition).Select(Condition).ToList();
        var open = Layout.Join(word, Layout.Line, _comments.TakeAfter(effect.End).Around(Layout.Of("("))).Group();
        var close = _comments.TakeAfter(scopes[2].End).Around(Layout.Of(")"), conditions.Count == 0 ? null : Layout.HardLine);
        var end = _comments.TakeAtEnd(policy.End).Around(Layout.Of(";"));
        return Layout.Join(Layout.Join(annotations), Comment.Lines(before), open, scope, close, Between(conditions, Layout.HardLine), end);
    }

    private Layout Annotation(SyntaxNode annotation)
    {
        var name = annotation.Operators[0];
        var nameLayout = _comments.TakeAtStart(name.Start).Around(Layout.Of(name.Text));
        if (annotation.Children.Count == 0)
        {
            var bare = _comments.TakeAtStart(annotation.Start).Around(Layout.Of("@"));
            return Layout.Join(bare, nameLayout, Layout.HardLine);
        }

        var value = Leaf(annotation.Children[0]);
        var at = _comments.TakeAtStart(annotation.Start).Around(Layout.Of("@"));
        var open = _comments.TakeAfter(name.End).Around(Layout.Of("("));
        var close = _comments.TakeAtEnd(annotation.End).Around(Layout.Of(")"), Layout.HardLine);
        return Layout.Join(at, nameLayout, open, value, close);
    }

    private Layout ScopeVariable(SyntaxNode scope)
    {
        var start = _comments.TakeAtStart(scope.Start);
        var variable = Layout.Of(scope.Text);
        var variableEnd = scope.Start + scope.Text.Length;
        var isType = scope.Operators.Count > 0 && scope.Operators[0].Text == "is";
        var typeTest = Layout.Nil;
        if (isType)
        {
            var word = _comments.TakeAfter(variableEnd).Around(Layout.Of("is"));
            var type = Doc(scope.Children[0]);
            var typeComment = _comments.TakeAtStart(scope.Children[0].Start);
            typeTest = Layout.Join(
                Layout.Join(Layout.Line, word).Group(),
                Layout.Join(Layout.Line, typeComment.Around(type))).Nest(IndentColumns).Group();
        }

        var end = _comments.TakeAtEnd(scope.End);
        if (scope.Operators.Count == 0 || scope.Operators[^1].Text == "is")
        {
            return Layout.Join(start.Around(variable), typeTest, end.AfterLayout);
        }

        var op = scope.Operators[^1];
        var opLayout = _comments.TakeAfter(isType ? scope.Children[0].End : variableEnd).Around(Layout.Of(op.Text));
        var head = Layout.Join(variable, start.AfterLayout, typeTest, Layout.Line, opLayout).Group();
        var target = Layout.Join(Layout.Line, end.BeforeLayout, Doc(scope.Children[^1])).Nest(IndentColumns);
        return Layout.Join(start.BeforeLayout, Layout.Join(head, target).Group(), end.AfterLayout);
    }

    private Layout Condition(SyntaxNode condition)
    {
        var keyword = condition.Operators[0];
        var open = _comments.TakeAfter(keyword.End);
        var close = _comments.TakeAtEnd(condition.End).Around(Layout.Of("}"));
        var word = _comments.TakeAtStart(keyword.Start);
        var before = Comment.Lines(_comments.TakeBefore(condition.Children[0].Start));
        var body = Layout.Join(
            Layout.Join(open.AfterLayout, Layout.Line, before, Doc(condition.Children[0]).Group()).Nest(IndentColumns),
            Layout.Line,
            close).Group();
        return Layout.Join(word.BeforeLayout,
            Layout.Join(Layout.Of(keyword.Text), word.AfterLayout, Layout.Line, open.BeforeLayout, Layout.Of("{"), body).Group());
    }

    private static Layout Between(IReadOnlyList<Layout> parts, Layout separator) =>
        Layout.Join(parts.SelectMany((part, i) => i == 0 ? new[] { part } : [separator, part]));

    private Layout Leaf(SyntaxNode node) => _comments.TakeAtStart(node.Start).Around(Layout.Of(
        node.Kind == SyntaxKind.Number ? ulong.Parse(node.Text, System.Globalization.CultureInfo.InvariantCulture)
            .ToString(System.Globalization.CultureInfo.InvariantCulture) : node.Text));
}
