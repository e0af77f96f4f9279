using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>Compiles expressions to nodes; what does not depend on request or entities is computed here, once.</summary>
internal static class Compiler
{
    public static Node Compile(Expr expr)
    {
        switch (expr)
        {
            case Expr.Literal literal: return new ConstantNode(expr, literal.Value);
            case Expr.Variable variable: return new VariableNode(expr, variable.Name);
            case Expr.If test: return new IfNode(expr, Compile(test.Test), Compile(test.Then), Compile(test.Else));
            case Expr.And and: return new AndNode(expr, Compile(and.Left), Compile(and.Right));
            case Expr.Or or: return new OrNode(expr, Compile(or.Left), Compile(or.Right));
            case Expr.Unary unary: return Unary(unary);
            case Expr.Binary binary: return Binary(binary);
            case Expr.Like like: return new LikeNode(expr, Compile(like.Operand), like.Pattern);
            case Expr.Is { Within: null } test: return new IsNode(expr, Compile(test.Operand), test.EntityType);
            case Expr.Is test:
                var operand = Compile(test.Operand);
                return new AndNode(expr, new IsNode(expr, operand, test.EntityType), new InNode(expr, operand, Compile(test.Within)));
            case Expr.Has has: return new HasNode(expr, Compile(has.Operand), has.Attribute);
            case Expr.Get get: return new GetNode(expr, Compile(get.Operand), get.Attribute);
            case Expr.Call call:
                var arguments = call.Arguments.Select(Compile).ToImmutableArray();
                return Fold(new CallNode(expr, call.Function, arguments), arguments);
            case Expr.SetOf set:
                var items = set.Items.Select(Compile).ToImmutableArray();
                return Fold(new SetNode(expr, items), items);
            case Expr.RecordOf record:
                var fields = record.Fields.Select(field => KeyValuePair.Create(field.Key, Compile(field.Value))).ToImmutableArray();
                return Fold(new RecordNode(expr, fields), fields.Select(field => field.Value));
            default: throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown expression.");
        }
    }

    private static Node Unary(Expr.Unary unary)
    {
        var operand = Compile(unary.Operand);
        return unary.Operator switch
        {
            UnaryOperator.Not => new NotNode(unary, operand),
            UnaryOperator.Negate => new NegateNode(unary, operand),
            _ => new IsEmptyNode(unary, operand),
        };
    }

    private static Node Binary(Expr.Binary binary)
    {
        var (left, right) = (Compile(binary.Left), Compile(binary.Right));
        return binary.Operator switch
        {
            BinaryOperator.Equal => new EqualNode(binary, left, right, isNegated: false),
            BinaryOperator.NotEqual => new EqualNode(binary, left, right, isNegated: true),
            BinaryOperator.In => new InNode(binary, left, right),
            BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply =>
                new ArithmeticNode(binary, binary.Operator, left, right),
            BinaryOperator.HasTag => new TagNode(binary, left, right, isGet: false),
            BinaryOperator.GetTag => new TagNode(binary, left, right, isGet: true),
            BinaryOperator.Contains or BinaryOperator.ContainsAll or BinaryOperator.ContainsAny =>
                new ContainsNode(binary, binary.Operator, left, right),
            _ => new OrderNode(binary, binary.Operator, left, right),
        };
    }

    // What fails stays as it is: the fault belongs to the request that reaches it.
    private static Node Fold(Node node, IEnumerable<Node> parts) =>
        parts.All(part => part.IsConstant) && node.TryEvaluate(new EvaluationFrame(), out var value) ? new ConstantNode(node.Source, value)
            : node;
}
