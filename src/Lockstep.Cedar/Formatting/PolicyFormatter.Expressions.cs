using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Formatting;

/// <summary>The expression half of the formatter.</summary>
public sealed partial class PolicyFormatter
{
    private Layout Doc(SyntaxNode node) => node.Kind switch
    {
        SyntaxKind.If => If(node),
        SyntaxKind.Or => Chain(node, "||"),
        SyntaxKind.And => Chain(node, "&&"),
        SyntaxKind.Relation => Relation(node),
        SyntaxKind.Has => Tested(node, "has"),
        SyntaxKind.Like => Tested(node, "like"),
        SyntaxKind.Is => Is(node),
        SyntaxKind.Sum or SyntaxKind.Product => Operated(node).Group(),
        SyntaxKind.Unary => Unary(node).Group(),
        SyntaxKind.Member => Member(node).Group(),
        SyntaxKind.Reference => Layout.Join(
            Doc(node.Children[0]), _comments.TakeAfter(node.Children[0].End).Around(Layout.Of("::")), Leaf(node.Children[1])).Group(),
        SyntaxKind.Name => Name(node).Group(),
        SyntaxKind.Parens => Parens(node).Group(),
        SyntaxKind.List => Bracketed(node, "[", "]").Group(),
        SyntaxKind.Record => Record(node).Group(),
        SyntaxKind.RecordField => Field(node),
        _ => Leaf(node).Group(),
    };

    private Layout If(SyntaxNode node)
    {
        var (test, then, otherwise) = (node.Children[0], node.Children[1], node.Children[2]);
        var ifComment = _comments.TakeAtStart(node.Start);
        var thenComment = _comments.TakeAfter(test.End);
        var elseComment = _comments.TakeAfter(then.End);
        Layout Part(string word, Comment comment, SyntaxNode part) =>
            Layout.Join(comment.Around(Layout.Of(word)), Layout.Join(Layout.Line, Doc(part)).Nest(IndentColumns));
        var one = Part("if", ifComment, test);
        var two = Part("then", thenComment, then);
        return Layout.Join(one, Layout.Line, two, Layout.Line, Part("else", elseComment, otherwise)).Group();
    }

    private Layout Chain(SyntaxNode node, string op)
    {
        var parts = new List<Layout>();
        for (var i = 0; i < node.Children.Count - 1; i++)
        {
            var comment = _comments.TakeAfter(node.Children[i].End);
            parts.Add(Doc(node.Children[i]));
            parts.Add(Layout.Space);
            parts.Add(comment.Around(Layout.Of(op), Layout.Line));
        }

        parts.Add(Doc(node.Children[^1]));
        return Layout.Join(parts);
    }

    private Layout Relation(SyntaxNode node)
    {
        var left = Doc(node.Children[0]);
        var op = _comments.TakeAfter(node.Children[0].End).Around(Layout.Of(node.Operators[0].Text));
        return Layout.Join(left, Layout.Space, op, Layout.Space, Doc(node.Children[1]));
    }

    private Layout Tested(SyntaxNode node, string word)
    {
        var left = Doc(node.Children[0]);
        var op = _comments.TakeAfter(node.Children[0].End).Around(Layout.Of(word));
        return Layout.Join(left, Layout.Line, op, Layout.Line, Doc(node.Children[1]).Nest(IndentColumns)).Group();
    }

    private Layout Is(SyntaxNode node)
    {
        var left = Doc(node.Children[0]);
        var op = _comments.TakeAfter(node.Children[0].End).Around(Layout.Of("is"));
        var test = Layout.Join(left, Layout.Space, op, Layout.Space, Doc(node.Children[1]).Nest(IndentColumns));
        if (node.Children.Count == 2)
        {
            return test.Group();
        }

        var within = _comments.TakeAfter(node.Children[1].End).Around(Layout.Of("in"));
        return Layout.Join(test, Layout.Line, within, Layout.Space, Doc(node.Children[2]).Nest(IndentColumns)).Group();
    }

    private Layout Operated(SyntaxNode node)
    {
        var parts = new List<Layout> { Doc(node.Children[0]) };
        for (var i = 0; i < node.Operators.Count; i++)
        {
            parts.Add(Layout.Space);
            parts.Add(_comments.TakeAfter(node.Children[i].End).Around(Layout.Of(node.Operators[i].Text)));
            parts.Add(Layout.Line);
            parts.Add(Doc(node.Children[i + 1]));
        }

        return Layout.Join(parts);
    }

    private Layout Unary(SyntaxNode node)
    {
        var operators = node.Operators.Select(op => _comments.TakeAtStart(op.Start).Around(Layout.Of(op.Text))).ToList();
        return Layout.Join([.. operators, Doc(node.Children[0])]);
    }

    private Layout Member(SyntaxNode node)
    {
        // A comment behind the last access belongs to what follows, so it takes no indent from here.
        var after = _comments.TakeTrailingAtEnd(node.End);
        var target = node.Children[0].Kind == SyntaxKind.List ? Bracketed(node.Children[0], "[", "]") : Doc(node.Children[0]);
        var accesses = node.Children.Skip(1).SelectMany((access, i) =>
            i == 0 || access.Kind == SyntaxKind.Arguments ? new[] { Access(access) } : [Layout.SoftLine, Access(access)]);
        return Layout.Join(target, Layout.Join(accesses).Nest(IndentColumns), after);
    }

    private Layout Access(SyntaxNode node)
    {
        var start = _comments.TakeAtStart(node.Start);
        if (node.Kind == SyntaxKind.Field)
        {
            return Layout.Join(start.Around(Layout.Of(".")), Leaf(node.Children[0]));
        }

        var (open, close) = node.Kind == SyntaxKind.Arguments ? ("(", ")") : ("[", "]");
        var items = Separated(node.Children);
        var end = _comments.TakeAtEnd(node.End).Around(Layout.Of(close));
        return node.Kind == SyntaxKind.Index || node.Children.Count == 0 ? Layout.Join(start.Around(Layout.Of(open)), items, end)
            : Layout.Join(Layout.Join(start.Around(Layout.Of(open)), Layout.SoftLine, items).Nest(IndentColumns), Layout.SoftLine, end);
    }

    private Layout Separated(IReadOnlyList<SyntaxNode> items)
    {
        var parts = new List<Layout>();
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                parts.Add(_comments.TakeAfter(items[i - 1].End).Around(Layout.Of(",")));
                parts.Add(Layout.Line);
            }

            parts.Add(Doc(items[i]));
        }

        return Layout.Join(parts);
    }

    private Layout Name(SyntaxNode node)
    {
        var parts = new List<Layout>();
        for (var i = 0; i < node.Path.Count; i++)
        {
            if (i > 0)
            {
                parts.Add(_comments.TakeAfter(node.Path[i - 1].End).Around(Layout.Of("::")));
            }

            parts.Add(_comments.TakeAtStart(node.Path[i].Start).Around(Layout.Of(node.Path[i].Text)));
        }

        return Layout.Join(parts);
    }

    private Layout Parens(SyntaxNode node)
    {
        var open = _comments.TakeAtStart(node.Start).Around(Layout.Of("("));
        var inner = Doc(node.Children[0]).Nest(1);
        return Layout.Join(open, inner, _comments.TakeAtEnd(node.End).Around(Layout.Of(")")));
    }

    private Layout Bracketed(SyntaxNode node, string open, string close)
    {
        var inner = Separated(node.Children).Nest(1);
        var start = _comments.TakeAtStart(node.Start).Around(Layout.Of(open));
        return Layout.Join(start, inner, _comments.TakeAtEnd(node.End).Around(Layout.Of(close)));
    }

    private Layout Record(SyntaxNode node)
    {
        var fields = Separated(node.Children);
        var start = _comments.TakeAtStart(node.Start).Around(Layout.Of("{"));
        var end = _comments.TakeAtEnd(node.End).Around(Layout.Of("}"));
        return node.Children.Count == 0 ? Layout.Join(start, end)
            : Layout.Join(start, Layout.Join(Layout.Line, fields).Nest(IndentColumns), Layout.Line, end);
    }

    private Layout Field(SyntaxNode node)
    {
        var key = Doc(node.Children[0]);
        var value = Doc(node.Children[1]);
        return Layout.Join(key, _comments.TakeAfter(node.Children[0].End).Around(Layout.Of(":")), Layout.Space, value);
    }
}
