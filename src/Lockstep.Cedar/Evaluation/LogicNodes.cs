using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

internal sealed class IfNode(Expr source, Node test, Node then, Node otherwise) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value) =>
        TryBool(test, frame, out value) && (value.AsBool ? then : otherwise).TryEvaluate(frame, out value);
}

internal sealed class AndNode(Expr source, Node left, Node right) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value) =>
        TryBool(left, frame, out value) && (!value.AsBool || TryBool(right, frame, out value));
}

internal sealed class OrNode(Expr source, Node left, Node right) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value) =>
        TryBool(left, frame, out value) && (value.AsBool || TryBool(right, frame, out value));
}

internal sealed class NotNode(Expr source, Node operand) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryBool(operand, frame, out value))
        {
            return false;
        }

        value = CedarValue.Of(!value.AsBool);
        return true;
    }
}

internal sealed class NegateNode(Expr source, Node operand) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(operand, CedarKind.Long, frame, out value))
        {
            return false;
        }

        if (value.AsLong == long.MinValue)
        {
            return frame.Fail(EvaluationFaultKind.Overflow, Source, value, out value);
        }

        value = CedarValue.Of(-value.AsLong);
        return true;
    }
}

internal sealed class IsEmptyNode(Expr source, Node operand) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(operand, CedarKind.Set, frame, out value))
        {
            return false;
        }

        value = CedarValue.Of(value.AsSet.Count == 0);
        return true;
    }
}

internal sealed class EqualNode(Expr source, Node left, Node right, bool isNegated) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!left.TryEvaluate(frame, out var one) || !right.TryEvaluate(frame, out var two))
        {
            value = default;
            return false;
        }

        value = CedarValue.Of(one.Equals(two) != isNegated);
        return true;
    }
}

internal sealed class LikeNode(Expr source, Node operand, LikePattern pattern) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(operand, CedarKind.String, frame, out value))
        {
            return false;
        }

        value = CedarValue.Of(pattern.Matches(value.AsString));
        return true;
    }
}

internal sealed class IsNode(Expr source, Node operand, string entityType) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(operand, CedarKind.Entity, frame, out value))
        {
            return false;
        }

        value = CedarValue.Of(value.AsEntity.Type == entityType);
        return true;
    }
}
