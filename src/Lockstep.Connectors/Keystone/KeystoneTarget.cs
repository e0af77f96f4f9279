using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>What a cut is about, read from its node ids.</summary>
internal abstract record KeystoneTarget
{
    private KeystoneTarget()
    {
    }

    /// <summary>Reads a cut; <see langword="null"/> if it is none that Keystone can make.</summary>
    public static KeystoneTarget? Of(Cut cut) => cut switch
    {
        { Kind: CutKind.DisableAccount, Target.Kind: NodeKinds.Account } => new Account(cut.Target.RawKey, EndSessions: false),
        { Kind: CutKind.EndSession, Target.Kind: NodeKinds.Account } => new Account(cut.Target.RawKey, EndSessions: true),
        { Kind: CutKind.RevokeCredential, Target.Kind: NodeKinds.Credential } =>
            KeystoneCredentialKey.Find(cut.Target.RawKey) is { } key ? new Credential(key) : null,
        { Kind: CutKind.RemoveLink, Link: { Kind: LinkKind.MemberOf, From.Kind: NodeKinds.Account, To.Kind: NodeKinds.Group } link } =>
            new Membership(link.From.RawKey, link.To.RawKey),
        { Kind: CutKind.RemoveLink, Link: { Kind: LinkKind.Assumes, To.Kind: NodeKinds.Role } link } =>
            (HoldersOf(link.From.Kind), KeystoneRoleKey.Find(link.To.RawKey)) is ({ } holders, { } role)
                ? new Assignment(holders, link.From.RawKey, role)
                : null,
        _ => null,
    };

    private static string? HoldersOf(string nodeKind) => nodeKind switch
    {
        NodeKinds.Account => "users",
        NodeKinds.Group => "groups",
        _ => null,
    };

    /// <summary>A user: to be disabled, or all its tokens to be ended.</summary>
    internal sealed record Account(string UserId, bool EndSessions) : KeystoneTarget;

    /// <summary>A role assignment of a user or a group.</summary>
    internal sealed record Assignment(string Holders, string HolderId, KeystoneRoleKey Role) : KeystoneTarget;

    /// <summary>A user in a group.</summary>
    internal sealed record Membership(string UserId, string GroupId) : KeystoneTarget;

    /// <summary>A credential.</summary>
    internal sealed record Credential(KeystoneCredentialKey Key) : KeystoneTarget;
}
