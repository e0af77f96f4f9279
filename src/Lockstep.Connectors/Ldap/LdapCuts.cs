using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>
/// Makes cuts in a directory. Everything is found by its immutable key first and changed by the name it has at that moment.
/// </summary>
internal sealed class LdapCuts(string systemName, LdapSettings settings, LdapReader reader)
{
    private const string OpenConnections =
        "connections that are already bound go on until they close; the directory has no call that ends them";

    public static IReadOnlyList<CutCapability> Capabilities { get; } =
    [
        new(CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Probe, Enforcement.Connection, OpenConnections),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.MemberOf, ProofKind.Listing, Enforcement.Online,
            "a search that was left open since before goes on delivering what the group could read; a primary group (gidNumber) is not "
                + "removed"),
        new(CutKind.RemoveLink, NodeKinds.Group, LinkKind.MemberOf, ProofKind.Listing, Enforcement.Online, null),
        new(CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Connection, OpenConnections),
        new(CutKind.RotateCredential, NodeKinds.Credential, null, ProofKind.Probe, Enforcement.Connection, OpenConnections),
    ];

    public async Task<CutOutcome> CutAsync(Cut cut, CancellationToken cancellation)
    {
        if (EntryFacts.Uuid(cut.Target) is not { } uuid || cut.SystemName != systemName)
        {
            return Unsupported($"`{cut.Target}` is not of this directory");
        }

        await using var channel = await reader.OpenAsync(cancellation);
        var entry = await reader.FindAsync(channel, uuid, cancellation);
        return (cut.Kind, entry) switch
        {
            (CutKind.DisableAccount or CutKind.RevokeCredential or CutKind.RemoveLink, null) =>
                new CutOutcome.Acknowledged($"a complete search finds no entry with the key {uuid}"),
            (CutKind.DisableAccount or CutKind.RevokeCredential, { } own) when IsOurs(own) =>
                Unsupported($"`{own.Dn}` is the name that Lockstep itself binds with"),
            (CutKind.DisableAccount, { } account) => await DisableAsync(channel, account, cancellation),
            (CutKind.RevokeCredential, { } account) => await KillPasswordAsync(channel, account, cancellation),
            (CutKind.RemoveLink, { } member) => await new LdapMembership(reader).RemoveAsync(channel, cut.Link!, member, cancellation),
            (CutKind.RotateCredential, _) => Unsupported("a password is rotated with its new value, not by a cut"),
            _ => Unsupported($"a directory has no {cut.Kind}"),
        };
    }

    private bool IsOurs(LdapAnswer.Entry entry) => DistinguishedName.Canonical(entry.Dn) == DistinguishedName.Canonical(settings.BindDn);

    /// <summary>Locks: the password first, because setting one removes the lock; then the lock; then a look whether it stayed.</summary>
    private async Task<CutOutcome> DisableAsync(LdapChannel channel, LdapAnswer.Entry account, CancellationToken cancellation)
    {
        using var password = SecretText.Generate();
        var replaced = await LdapLock.TrySetPasswordAsync(channel, account.Dn, password, cancellation);
        await LdapLock.LockAsync(channel, account, cancellation);
        var again = await reader.FindAsync(channel, EntryNames.Uuid(account)!.Value, cancellation);
        return again is null || EntryLocks.Of(again) != EntryLock.None
            ? new CutOutcome.Acknowledged($"`{account.Dn}` is locked; {replaced}")
            : new CutOutcome.Failed(LdapErrors.Absent($"the lock of `{account.Dn}` was accepted and is not visible afterwards"));
    }

    private static async Task<CutOutcome> KillPasswordAsync(LdapChannel channel, LdapAnswer.Entry account, CancellationToken cancellation)
    {
        // Also where no password is visible: it may only be hidden from us. Replacing by nothing is harmless where there is none.
        await channel.CallAsync(LdapEncoding.Modify(account.Dn, [LdapChange.Of(LdapChangeKind.Replace, "userPassword")]), cancellation);
        return new CutOutcome.Acknowledged($"`{account.Dn}` has no password any more");
    }

    private static CutOutcome.Failed Unsupported(string why) => new(LdapErrors.Unsupported(why));
}
