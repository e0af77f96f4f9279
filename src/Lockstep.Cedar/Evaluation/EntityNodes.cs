using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

internal sealed class InNode(Expr source, Node left, Node right) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(left, CedarKind.Entity, frame, out var entity) || !right.TryEvaluate(frame, out var target))
        {
            value = default;
            return false;
        }

        if (target.Kind == CedarKind.Entity)
        {
            value = CedarValue.Of(frame.IsIn(entity.AsEntity, target.AsEntity));
            return true;
        }

        if (target.Kind != CedarKind.Set)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, target, out value);
        }

        // Every element must be an entity, also those after the one that decides.
        foreach (ref readonly var item in target.AsSet.Span)
        {
            if (item.Kind != CedarKind.Entity)
            {
                return frame.Fail(EvaluationFaultKind.WrongKind, Source, item, out value);
            }
        }

        var isIn = false;
        foreach (ref readonly var item in target.AsSet.Span)
        {
            isIn = isIn || frame.IsIn(entity.AsEntity, item.AsEntity);
        }

        value = CedarValue.Of(isIn);
        return true;
    }
}

internal sealed class HasNode(Expr source, Node operand, string attribute) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!operand.TryEvaluate(frame, out value))
        {
            return false;
        }

        switch (value.Kind)
        {
            case CedarKind.Record:
                value = CedarValue.Of(value.AsRecord.TryGet(attribute, out _));
                return true;
            case CedarKind.Entity:
                value = CedarValue.Of(frame.TryGetAttribute(value.AsEntity, attribute, out _));
                return true;
            default:
                return frame.Fail(EvaluationFaultKind.WrongKind, Source, value, out value);
        }
    }
}

internal sealed class GetNode(Expr source, Node operand, string attribute) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!operand.TryEvaluate(frame, out var target))
        {
            value = default;
            return false;
        }

        return target.Kind switch
        {
            CedarKind.Record => target.AsRecord.TryGet(attribute, out value)
                || frame.Fail(EvaluationFaultKind.NoAttribute, Source, target, out value),
            CedarKind.Entity => frame.TryGetAttribute(target.AsEntity, attribute, out value)
                || frame.Fail(frame.Entities.Contains(target.AsEntity) ? EvaluationFaultKind.NoAttribute : EvaluationFaultKind.NoEntity,
                    Source, target, out value),
            _ => frame.Fail(EvaluationFaultKind.WrongKind, Source, target, out value),
        };
    }
}

internal sealed class TagNode(Expr source, Node left, Node right, bool isGet) : Node(source)
{
    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        if (!TryKind(left, CedarKind.Entity, frame, out var entity) || !TryKind(right, CedarKind.String, frame, out var name))
        {
            value = default;
            return false;
        }

        var found = frame.Entities.TryGetTag(entity.AsEntity, name.AsString, out value);
        if (isGet)
        {
            return found || frame.Fail(frame.Entities.Contains(entity.AsEntity) ? EvaluationFaultKind.NoTag : EvaluationFaultKind.NoEntity,
                Source, entity, out value);
        }

        value = CedarValue.Of(found);
        return true;
    }
}
