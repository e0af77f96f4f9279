using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Where a link is written down: an entry of a list of an entity or group.</summary>
/// <param name="Kind"><c>entity</c> or <c>group</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Field">The list.</param>
/// <param name="Entry">What stands in it.</param>
internal sealed record BaoLists(string Kind, string Id, string Field, string Entry)
{
    /// <summary>Finds it; <see langword="null"/> if the link is not one that we cut.</summary>
    public static BaoLists? Of(LinkKey link) => link switch
    {
        { Kind: LinkKind.MemberOf, From.Kind: NodeKinds.Account, To.Kind: NodeKinds.Group } when BaoIds.EntityOf(link.From) is { } entity =>
            new("group", link.To.RawKey, "member_entity_ids", entity),
        { Kind: LinkKind.MemberOf, From.Kind: NodeKinds.Group, To.Kind: NodeKinds.Group } =>
            new("group", link.To.RawKey, "member_group_ids", link.From.RawKey),
        { Kind: LinkKind.Assumes, From.Kind: NodeKinds.Group } when BaoIds.PolicyOf(link.To) is { } policy =>
            new("group", link.From.RawKey, "policies", policy),
        { Kind: LinkKind.Assumes, From.Kind: NodeKinds.Account } when BaoIds.PolicyOf(link.To) is { } policy
            && BaoIds.EntityOf(link.From) is { } entity => new("entity", entity, "policies", policy),
        _ => null,
    };
}
