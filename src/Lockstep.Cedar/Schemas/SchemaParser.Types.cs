using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Schemas;

/// <summary>Types and actions of the text format.</summary>
internal sealed partial class SchemaParser
{
    private TypeSyntax Type()
    {
        if (++_depth > CedarLimits.NestingMax)
        {
            throw new CedarException(
                [CedarDiagnostic.At(_source, Current.Span, "LS6002", $"type nests deeper than {CedarLimits.NestingMax} levels")]);
        }

        TypeSyntax type;
        if (Current.Is("{"))
        {
            type = Record();
        }
        else if (Current.IsWord("Set") && _tokens[_at + 1].Is("<"))
        {
            var start = Current.Start;
            _at += 2;
            var element = Type();
            var close = Current;
            Take(">", "`>` after the element's type");
            type = new TypeSyntax.SetOf(element, new(start, close.End));
        }
        else
        {
            var path = Path();
            type = new TypeSyntax.Reference(path.Text, ReferenceKind.Any, path.Span);
        }

        _depth--;
        return type;
    }

    private TypeSyntax.RecordOf Record()
    {
        var start = Current.Start;
        Take("{", "`{` before the attributes");
        var fields = new List<(Named Name, TypeSyntax Type, bool IsRequired)>();
        while (!Current.Is("}"))
        {
            Annotations();
            var name = Current.Kind == TokenKind.Text ? Text("a name") : Name("an attribute's name or `}`");
            var isOptional = Current.Is("?");
            _at += isOptional ? 1 : 0;
            Take(":", "`:` or `?:` after the attribute's name");
            if (fields.Any(f => f.Name.Text == name.Text))
            {
                throw Fault(name.Span, $"attribute `{name.Text}` is declared twice", "each attribute once");
            }

            fields.Add((name, Type(), !isOptional));
            if (!Current.Is(","))
            {
                break;
            }

            _at++;
        }

        var end = Current.End;
        Take("}", "`,` or `}`");
        return new(fields, new(start, end));
    }

    private void Action(NamespaceSyntax into)
    {
        var names = Listed(ActionName);
        List<(Named? Type, string Id, SourceSpan Span)> parents = [];
        if (Current.IsWord("in"))
        {
            _at++;
            var isList = Current.Is("[");
            _at += isList ? 1 : 0;
            parents = isList ? Listed(ActionReference, "]") : [ActionReference()];
            if (isList)
            {
                Take("]", "`,` or `]`");
            }
        }

        AppliesSyntax? applies = null;
        if (Current.IsWord("appliesTo"))
        {
            _at++;
            applies = Applies();
        }

        if (Current.IsWord("attributes"))
        {
            _at++;
            Take("{", "`{`");
            Take("}", "`}`");
        }

        into.Actions.AddRange(names.Select(name => new ActionSyntax(name, parents, applies)));
    }

    private Named ActionName() => Current.Kind == TokenKind.Text ? Text("a name") : Name("the action's name");

    private (Named? Type, string Id, SourceSpan Span) ActionReference()
    {
        if (Current.Kind == TokenKind.Text)
        {
            var id = Text("a name");
            return (null, id.Text, id.Span);
        }

        var path = Path();
        if (!Current.Is("::"))
        {
            return path.Text.Contains("::", StringComparison.Ordinal)
                ? throw Fault(path.Span, $"`{path.Text}` is not an action", "a name or an entity such as `Action::\"view\"`")
                : (null, path.Text, path.Span);
        }

        _at++;
        var name = Text("the action's id, a string");
        return (path, name.Text, new(path.Span.Start, name.Span.End));
    }

    private AppliesSyntax Applies()
    {
        var start = Current.Span;
        Take("{", "`{` after `appliesTo`");
        List<Named>? principals = null;
        List<Named>? resources = null;
        TypeSyntax? context = null;
        while (!Current.Is("}"))
        {
            var word = Current;
            _at++;
            if (word.IsWord("principal") && principals is null)
            {
                Take(":", "`:` after `principal`");
                principals = Types();
            }
            else if (word.IsWord("resource") && resources is null)
            {
                Take(":", "`:` after `resource`");
                resources = Types();
            }
            else if (word.IsWord("context") && context is null)
            {
                Take(":", "`:` after `context`");
                context = Type();
            }
            else
            {
                _at--;
                throw Unexpected("`principal`, `resource` or `context`, each once",
                    Spelling.Hint(word.Text, ["principal", "resource", "context"]));
            }

            if (!Current.Is(","))
            {
                break;
            }

            _at++;
        }

        Take("}", "`,` or `}`");
        return principals is null || resources is null
            ? throw Fault(start, $"`appliesTo` names no {(principals is null ? "principal" : "resource")}",
                "both `principal: [...]` and `resource: [...]`")
            : new(principals, resources, context);
    }
}
