namespace Lockstep.Graph;

/// <summary>The one rule that says through which links access flows at an instant. Every engine asks it.</summary>
public static class LinkFlow
{
    /// <summary>
    /// Says whether access flows along <paramref name="link"/> at <paramref name="at"/>: its kind is access, it is valid, and it does
    /// not open something new as an account or identity that may not be used.
    /// </summary>
    /// <param name="link">The link.</param>
    /// <param name="stateOfTo">The state of <see cref="Link.To"/>.</param>
    /// <param name="at">The instant (UTC).</param>
    public static bool Flows(Link link, NodeState stateOfTo, DateTimeOffset at) =>
        link.Kind.IsAccess && link.Validity.HoldsAt(at) && IsOpenTo(link.Kind, link.Enforcement.Mode, stateOfTo);

    /// <summary>Says whether a link of this kind and enforcement lets access into a node of this state.</summary>
    public static bool IsOpenTo(LinkKind kind, EnforcementMode mode, NodeState stateOfTo) =>
        stateOfTo == NodeState.Active
        || mode != EnforcementMode.Online
        || kind is not (LinkKind.Represents or LinkKind.AuthenticatesAs);
}
