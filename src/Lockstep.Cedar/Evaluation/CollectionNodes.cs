using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

internal sealed class ContainsNode(Expr source, BinaryOperator op, Node left, Node right) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(left, CedarKind.Set, frame, out var set) || !right.TryEvaluate(frame, out var other))
        {
            value = default;
            return false;
        }

        if (op == BinaryOperator.Contains)
        {
            value = CedarValue.Of(set.AsSet.Contains(other));
            return true;
        }

        if (other.Kind != CedarKind.Set)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, other, out value);
        }

        value = CedarValue.Of(op == BinaryOperator.ContainsAll ? set.AsSet.ContainsAll(other.AsSet) : set.AsSet.ContainsAny(other.AsSet));
        return true;
    }
}

internal sealed class SetNode(Expr source, ImmutableArray<Node> items) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        var values = new CedarValue[items.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!items[i].TryEvaluate(frame, out values[i]))
            {
                value = default;
                return false;
            }
        }

        value = CedarValue.Of(new CedarSet(values));
        return true;
    }
}

internal sealed class RecordNode(Expr source, ImmutableArray<KeyValuePair<string, Node>> fields) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        var values = new KeyValuePair<string, CedarValue>[fields.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!fields[i].Value.TryEvaluate(frame, out var field))
            {
                value = default;
                return false;
            }

            values[i] = new(fields[i].Key, field);
        }

        value = CedarValue.Of(new CedarRecord(values));
        return true;
    }
}
