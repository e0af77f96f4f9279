namespace Lockstep.Cedar.Policies;

/// <summary>Lists the direct parts of an expression.</summary>
public static class ExprParts
{
    /// <summary>Lists the direct parts, in the order in which they are written.</summary>
    public static IEnumerable<Expr> Of(Expr expr) => expr switch
    {
        Expr.If test => [test.Test, test.Then, test.Else],
        Expr.And and => [and.Left, and.Right],
        Expr.Or or => [or.Left, or.Right],
        Expr.Unary unary => [unary.Operand],
        Expr.Binary binary => [binary.Left, binary.Right],
        Expr.Like like => [like.Operand],
        Expr.Is { Within: { } within } test => [test.Operand, within],
        Expr.Is test => [test.Operand],
        Expr.Has has => [has.Operand],
        Expr.Get get => [get.Operand],
        Expr.Call call => call.Arguments,
        Expr.SetOf set => set.Items,
        Expr.RecordOf record => record.Fields.Select(field => field.Value),
        _ => [],
    };
}
