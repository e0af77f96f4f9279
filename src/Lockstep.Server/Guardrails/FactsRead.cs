using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Server.Guardrails;

/// <summary>What a condition reads beside principal and resource themselves; rather too much than too little.</summary>
/// <param name="Owner">Whether it reads who owns something.</param>
/// <param name="Named">The entities that it names and reads something of, rather than only comparing with them.</param>
internal sealed record FactsRead(bool Owner, IReadOnlyCollection<EntityUid> Named)
{
    private const string OwnerName = "owner";

    /// <summary>Finds out what an expression reads.</summary>
    public static FactsRead Of(Expr condition)
    {
        var (owner, named) = (false, new HashSet<EntityUid>());
        var open = new Stack<Expr>([condition]);
        while (open.TryPop(out var next))
        {
            owner |= next is Expr.Get { Attribute: OwnerName } or Expr.Has { Attribute: OwnerName };
            if (next is Expr.Literal { Value: { Kind: CedarKind.Entity } value })
            {
                named.Add(value.AsEntity);
            }

            foreach (var part in ExprParts.Of(next).Where((part, i) => !IsOnlyCompared(next, part, i)))
            {
                open.Push(part);
            }
        }

        return new(owner, named);
    }

    private static bool IsOnlyCompared(Expr whole, Expr part, int index) =>
        IsNames(part) && whole switch
        {
            Expr.Binary { Operator: BinaryOperator.Equal or BinaryOperator.NotEqual } => true,
            Expr.Binary { Operator: BinaryOperator.In } => index == 1,
            Expr.Is => index == 1,
            _ => false,
        };

    private static bool IsNames(Expr part) => part is Expr.Literal
        || (part is Expr.SetOf set && set.Items.All(item => item is Expr.Literal));
}
