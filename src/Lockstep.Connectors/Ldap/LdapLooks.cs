using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>Looks again whether what was cut is still listed.</summary>
internal sealed class LdapLooks(LdapReader reader)
{
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellation)
    {
        if (EntryFacts.Uuid(cut.Target) is not { } uuid)
        {
            return new LookOutcome.Unknown(LdapErrors.Unsupported($"`{cut.Target}` is not of this directory"));
        }

        await using var channel = await reader.OpenAsync(cancellation);
        var entry = await reader.FindAsync(channel, uuid, cancellation);
        if (cut is { Kind: CutKind.RemoveLink, Link: { } link })
        {
            return await new LdapMembership(reader).LookAsync(channel, link, entry, cancellation);
        }

        return (cut.Kind, entry) switch
        {
            (_, null) => new LookOutcome.Gone($"a complete search finds no entry with the key {uuid}"),
            (CutKind.DisableAccount, { } account) => Lock(account),
            (CutKind.RevokeCredential, { } account) => await PasswordAsync(channel, account, cancellation),
            _ => new LookOutcome.Unknown(LdapErrors.Unsupported($"a directory has no {cut.Kind}")),
        };
    }

    private static LookOutcome Lock(LdapAnswer.Entry account) => EntryLocks.Of(account) switch
    {
        EntryLock.Switch => new LookOutcome.Gone($"`{account.Dn}` is disabled (userAccountControl or nsAccountLock)"),
        EntryLock.Policy => new LookOutcome.Gone($"`{account.Dn}` has pwdAccountLockedTime {EntryLocks.ForEver}"),
        _ => new LookOutcome.StillThere($"`{account.Dn}` shows no lock"),
    };

    /// <summary>Absence of a password proves something only where we would see one: at our own entry or at any other.</summary>
    private async Task<LookOutcome> PasswordAsync(LdapChannel channel, LdapAnswer.Entry account, CancellationToken cancellation)
    {
        if (account.Attributes.ContainsKey("userpassword"))
        {
            return new LookOutcome.StillThere($"`{account.Dn}` has a userPassword");
        }

        return await reader.SeesPasswordsAsync(channel, cancellation)
            ? new LookOutcome.Gone($"`{account.Dn}` has no userPassword, and we see those of others")
            : new LookOutcome.Unknown(LdapErrors.Absent("no userPassword is visible to us"));
    }
}
