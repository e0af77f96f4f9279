using System.Text;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Formatting;

/// <summary>Writes trees as text that parses back to the same tree. No layout: that is the formatter's work.</summary>
internal static class ExprWriter
{
    public static string Write(Expr expr)
    {
        var text = new StringBuilder();
        Append(text, expr);
        return text.ToString();
    }

    public static string Write(Policy policy)
    {
        var text = new StringBuilder();
        foreach (var annotation in policy.Annotations)
        {
            text.Append('@').Append(annotation.Name);
            text.Append(annotation.HasValue ? $"(\"{Escapes.Write(annotation.Value)}\")\n" : "\n");
        }

        text.Append(policy.Effect == Effect.Permit ? "permit (" : "forbid (");
        AppendScope(text, "principal", policy.Principal);
        text.Append(", ");
        AppendAction(text, policy.Action);
        text.Append(", ");
        AppendScope(text, "resource", policy.Resource);
        text.Append(')');
        foreach (var condition in policy.Conditions)
        {
            text.Append(condition.IsUnless ? "\nunless { " : "\nwhen { ");
            Append(text, condition.Body);
            text.Append(" }");
        }

        return text.Append(';').ToString();
    }

    private static void AppendScope(StringBuilder text, string variable, EntityScope scope)
    {
        text.Append(variable);
        if (scope.Kind is ScopeKind.Is or ScopeKind.IsIn)
        {
            text.Append(" is ").Append(scope.EntityType);
        }

        if (scope.Kind is ScopeKind.Equal or ScopeKind.In or ScopeKind.IsIn)
        {
            text.Append(scope.Kind == ScopeKind.Equal ? " == " : " in ").Append(scope.HasSlot ? "?" + variable : scope.Entity!.ToString());
        }
    }

    private static void AppendAction(StringBuilder text, ActionScope scope)
    {
        text.Append("action");
        if (scope.Kind != ScopeKind.Any)
        {
            text.Append(scope.Kind == ScopeKind.Equal ? " == " : " in ");
            text.Append(scope.IsList ? $"[{string.Join(", ", scope.Actions)}]" : scope.Actions[0].ToString());
        }
    }

    private static void Append(StringBuilder text, Expr expr)
    {
        switch (expr)
        {
            case Expr.Literal literal: text.Append(literal.Value); break;
            case Expr.Variable variable: text.Append(VariableName(variable.Name)); break;
            case Expr.If test: Joined(text, ("if ", test.Test), (" then ", test.Then), (" else ", test.Else)); break;
            case Expr.And and: Joined(text, (string.Empty, and.Left), (" && ", and.Right)); break;
            case Expr.Or or: Joined(text, (string.Empty, or.Left), (" || ", or.Right)); break;
            case Expr.Unary { Operator: UnaryOperator.IsEmpty } empty: Operand(text, empty.Operand); text.Append(".isEmpty()"); break;
            case Expr.Unary unary: text.Append(unary.Operator == UnaryOperator.Not ? '!' : '-'); Operand(
                text, unary.Operand, always: true); break;
            case Expr.Binary binary when OperatorNames.IsMethod(binary.Operator):
                Operand(text, binary.Left);
                text.Append('.').Append(OperatorNames.Of(binary.Operator)).Append('(');
                Append(text, binary.Right);
                text.Append(')');
                break;
            case Expr.Binary binary: Joined(
                text, (string.Empty, binary.Left), ($" {OperatorNames.Of(binary.Operator)} ", binary.Right)); break;
            case Expr.Like like: Operand(text, like.Operand); text.Append(" like \"").Append(like.Pattern).Append('"'); break;
            case Expr.Is { Within: null } test: Operand(text, test.Operand); text.Append(" is ").Append(test.EntityType); break;
            case Expr.Is test: Joined(text, (string.Empty, test.Operand), ($" is {test.EntityType} in ", test.Within)); break;
            case Expr.Has has: Operand(text, has.Operand); text.Append(" has ").Append(Name(has.Attribute)); break;
            case Expr.Get get:
                Operand(text, get.Operand);
                text.Append(IsPlain(get.Attribute) ? $".{get.Attribute}" : $"[\"{Escapes.Write(get.Attribute)}\"]");
                break;
            case Expr.Call call: AppendCall(text, call); break;
            case Expr.SetOf set: List(text, '[', set.Items.Select(item => (string.Empty, item)), ']'); break;
            case Expr.RecordOf record: List(text, '{', record.Fields.Select(field => (Name(field.Key) + ": ", field.Value)), '}'); break;
            default: break;
        }
    }

    public static string VariableName(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => "principal",
        RequestVariable.Action => "action",
        RequestVariable.Resource => "resource",
        _ => "context",
    };

    private static void AppendCall(StringBuilder text, Expr.Call call)
    {
        var isMethod = Functions.IsMethod(call.Function) && call.Arguments.Length > 0;
        if (isMethod)
        {
            Operand(text, call.Arguments[0]);
            text.Append('.');
        }

        text.Append(call.Function);
        List(text, '(', call.Arguments.Skip(isMethod ? 1 : 0).Select(item => (string.Empty, item)), ')');
    }

    private static void Joined(StringBuilder text, params ReadOnlySpan<(string Before, Expr Part)> parts)
    {
        foreach (var (before, part) in parts)
        {
            text.Append(before);
            Operand(text, part);
        }
    }

    private static void List(StringBuilder text, char open, IEnumerable<(string Before, Expr Item)> items, char close)
    {
        text.Append(open);
        var first = true;
        foreach (var (before, item) in items)
        {
            text.Append(first ? string.Empty : ", ").Append(before);
            Append(text, item);
            first = false;
        }

        text.Append(close);
    }

    private static void Operand(StringBuilder text, Expr operand, bool always = false)
    {
        var isNegative = operand is Expr.Literal { Value: { Kind: Values.CedarKind.Long, AsLong: < 0 } };
        var isSimple = operand is Expr.Literal or Expr.Variable or Expr.Get or Expr.SetOf or Expr.RecordOf or Expr.Call
            or Expr.Unary { Operator: UnaryOperator.IsEmpty }
            || (operand is Expr.Binary binary && OperatorNames.IsMethod(binary.Operator));
        if (isSimple && !isNegative && !(always && operand is Expr.Literal { Value.Kind: Values.CedarKind.Long }))
        {
            Append(text, operand);
            return;
        }

        text.Append('(');
        Append(text, operand);
        text.Append(')');
    }

    private static string Name(string attribute) => IsPlain(attribute) ? attribute : $"\"{Escapes.Write(attribute)}\"";

    private static bool IsPlain(string attribute) => Lexer.IsIdentifier(attribute) && !Functions.IsReserved(attribute);
}
