using System.Globalization;
using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>Locks, unlocks and sets passwords.</summary>
internal static class LdapLock
{
    private const int AccountDisable = 0x2;

    /// <summary>Sets a password with the server's own operation (RFC 3062), which hashes it and replaces every value there was.</summary>
    public static Task SetPasswordAsync(LdapChannel channel, string dn, SecretText password, CancellationToken cancellation)
    {
        var value = password.Reveal(bytes => LdapEncoding.PasswordModify(dn, bytes));
        return channel.CallAsync(LdapEncoding.Extended(LdapEncoding.PasswordModifyOid, value), cancellation);
    }

    /// <summary>As above; an entry that cannot have a password is no failure. Returns what happened, in words.</summary>
    public static async Task<string> TrySetPasswordAsync(
        LdapChannel channel, string dn, SecretText password, CancellationToken cancellation)
    {
        try
        {
            await SetPasswordAsync(channel, dn, password, cancellation);
            return "its password was replaced by a random one that nobody has";
        }
        catch (LdapRefusalException refusal) when (refusal.Code is LdapCodes.ObjectClassViolation or LdapCodes.UndefinedAttributeType)
        {
            return "it cannot have a password";
        }
    }

    /// <summary>
    /// Locks until somebody unlocks: by the switch of Active Directory where the entry has it, else by the password policy's lock.
    /// </summary>
    public static Task LockAsync(LdapChannel channel, LdapAnswer.Entry entry, CancellationToken cancellation) =>
        channel.CallAsync(LdapEncoding.Modify(entry.Dn, [Change(entry, isLocked: true)]), cancellation);

    /// <summary>Takes the lock away; harmless where there is none.</summary>
    public static Task UnlockAsync(LdapChannel channel, LdapAnswer.Entry entry, CancellationToken cancellation) =>
        channel.CallAsync(LdapEncoding.Modify(entry.Dn, [Change(entry, isLocked: false)]), cancellation);

    private static LdapChange Change(LdapAnswer.Entry entry, bool isLocked)
    {
        if (int.TryParse(entry.Text("useraccountcontrol"), CultureInfo.InvariantCulture, out var bits))
        {
            var wanted = isLocked ? bits | AccountDisable : bits & ~AccountDisable;
            return LdapChange.Of(LdapChangeKind.Replace, "userAccountControl", wanted.ToString(CultureInfo.InvariantCulture));
        }

        return isLocked
            ? LdapChange.Of(LdapChangeKind.Replace, "pwdAccountLockedTime", EntryLocks.ForEver)
            : LdapChange.Of(LdapChangeKind.Replace, "pwdAccountLockedTime");
    }
}
