using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>One change of what a source says: what goes to the ledger. Closed.</summary>
public abstract record FactChange
{
    private FactChange()
    {
    }

    /// <summary>The source says this now, new or other than before.</summary>
    public sealed record Asserted(Fact Fact) : FactChange;

    /// <summary>The source no longer says this.</summary>
    public sealed record Retracted(FactKey Key) : FactChange;
}
