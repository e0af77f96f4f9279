using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>A compiled expression. Evaluation returns false and leaves the fault in the frame; nothing is thrown.</summary>
internal abstract class Node(Expr source)
{
    public Expr Source => source;

    /// <summary>Gets a value indicating whether the result is the same for every request and store.</summary>
    public virtual bool IsConstant => false;

    public abstract bool TryEvaluate(EvaluationFrame frame, out CedarValue value);

    protected bool TryBool(Node node, EvaluationFrame frame, out CedarValue value)
    {
        if (!node.TryEvaluate(frame, out value))
        {
            return false;
        }

        return value.Kind == CedarKind.Bool || frame.Fail(EvaluationFaultKind.WrongKind, Source, value, out value);
    }

    protected bool TryKind(Node node, CedarKind kind, EvaluationFrame frame, out CedarValue value)
    {
        if (!node.TryEvaluate(frame, out value))
        {
            return false;
        }

        return value.Kind == kind || frame.Fail(EvaluationFaultKind.WrongKind, Source, value, out value);
    }
}

internal sealed class ConstantNode(Expr source, CedarValue value) : Node(source)
{
    public override bool IsConstant => true;

    public CedarValue Value => value;

    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue result)
    {
        result = value;
        return true;
    }
}

internal sealed class VariableNode(Expr source, RequestVariable variable) : Node(source)
{
    public RequestVariable Variable => variable;

    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        value = variable switch
        {
            RequestVariable.Principal => CedarValue.Of(frame.Principal),
            RequestVariable.Action => CedarValue.Of(frame.Action),
            RequestVariable.Resource => CedarValue.Of(frame.Resource),
            _ => CedarValue.Of(frame.Context),
        };
        return true;
    }
}
