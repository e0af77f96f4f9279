namespace Lockstep.Graph.Compact;

/// <summary>One change of the graph. Closed: these three and no others.</summary>
public abstract record GraphChange
{
    private GraphChange()
    {
    }

    /// <summary>A link holds; the same key again replaces what was said before.</summary>
    public sealed record Assert(Link Link) : GraphChange;

    /// <summary>A link no longer holds. Harmless if it did not.</summary>
    public sealed record Retract(LinkKey Link) : GraphChange;

    /// <summary>A node has this state now.</summary>
    public sealed record SetState(NodeId Node, NodeState State) : GraphChange;
}
