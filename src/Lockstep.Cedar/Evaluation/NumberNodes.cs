using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

internal sealed class ArithmeticNode(Expr source, BinaryOperator op, Node left, Node right) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(left, CedarKind.Long, frame, out value) || !TryKind(right, CedarKind.Long, frame, out var other))
        {
            value = default;
            return false;
        }

        var wide = op switch
        {
            BinaryOperator.Add => (Int128)value.AsLong + other.AsLong,
            BinaryOperator.Subtract => (Int128)value.AsLong - other.AsLong,
            _ => (Int128)value.AsLong * other.AsLong,
        };
        if (wide < long.MinValue || wide > long.MaxValue)
        {
            return frame.Fail(EvaluationFaultKind.Overflow, Source, other, out value);
        }

        value = CedarValue.Of((long)wide);
        return true;
    }
}

/// <summary>Order of longs, datetimes and durations; both sides must be of one kind.</summary>
internal sealed class OrderNode(Expr source, BinaryOperator op, Node left, Node right) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!left.TryEvaluate(frame, out var one) || !right.TryEvaluate(frame, out var two))
        {
            value = default;
            return false;
        }

        if (one.Kind is not (CedarKind.Long or CedarKind.Datetime or CedarKind.Duration))
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, one, out value);
        }

        if (two.Kind != one.Kind)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, two, out value);
        }

        value = CedarValue.Of(op switch
        {
            BinaryOperator.Less => one.AsLong < two.AsLong,
            BinaryOperator.LessOrEqual => one.AsLong <= two.AsLong,
            BinaryOperator.Greater => one.AsLong > two.AsLong,
            _ => one.AsLong >= two.AsLong,
        });
        return true;
    }
}
