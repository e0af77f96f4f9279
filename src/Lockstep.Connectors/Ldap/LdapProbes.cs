using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>Tries locked accounts and passwords by binding, and nothing more.</summary>
internal sealed class LdapProbes(LdapSettings settings, LdapReader reader, TimeProvider time)
{
    /// <summary>
    /// Tries a locked account with a password that is certainly right: a fresh random one. The bind is made twice: with the password just
    /// set, which removed the lock, it must succeed; with the lock set again it must not. So nothing but the lock can have refused it.
    /// </summary>
    public async Task<ProbeOutcome> ProbeLockAsync(NodeId target, CancellationToken cancellation)
    {
        if (EntryFacts.Uuid(target) is not { } uuid)
        {
            return new ProbeOutcome.NotProbeable($"`{target}` is not of this directory");
        }

        await using var channel = await reader.OpenAsync(cancellation);
        if (await reader.FindAsync(channel, uuid, cancellation) is not { } account)
        {
            return new ProbeOutcome.Refused($"a complete search finds no entry with the key {uuid}: nobody can bind as it");
        }

        if (EntryLocks.Of(account) == EntryLock.None)
        {
            return new ProbeOutcome.Works($"`{account.Dn}` shows no lock", Until: null);
        }

        using var password = SecretText.Generate();
        try
        {
            await LdapLock.SetPasswordAsync(channel, account.Dn, password, cancellation);
        }
        catch (LdapRefusalException refusal) when (refusal.Code is LdapCodes.ObjectClassViolation or LdapCodes.UndefinedAttributeType)
        {
            return new ProbeOutcome.NotProbeable($"`{account.Dn}` cannot have a password, so that the lock cannot be tried with one");
        }

        return await TryLockAsync(channel, account, password, cancellation);
    }

    /// <summary>Tries a password at its account.</summary>
    public async Task<ProbeOutcome> ProbeValueAsync(NodeId credential, SecretText value, CancellationToken cancellation)
    {
        if (EntryFacts.Uuid(credential) is not { } uuid)
        {
            return new ProbeOutcome.NotProbeable($"`{credential}` is not of this directory");
        }

        await using var channel = await reader.OpenAsync(cancellation);
        if (await reader.FindAsync(channel, uuid, cancellation) is not { } account)
        {
            return new ProbeOutcome.Refused($"a complete search finds no entry with the key {uuid}");
        }

        return await BindAsync(account.Dn, value, cancellation)
            ? new ProbeOutcome.Works($"a bind as `{account.Dn}` with the value succeeds", Until: null)
            : new ProbeOutcome.Refused($"a bind as `{account.Dn}` with the value is refused (49)");
    }

    /// <summary>
    /// Binds on a connection of its own; <see langword="false"/> if the directory says that name or password is wrong (49).
    /// </summary>
    public async Task<bool> BindAsync(string dn, SecretText password, CancellationToken cancellation)
    {
        await using var channel = await LdapChannel.OpenAsync(LdapEndpoint.Of(settings), time, cancellation);
        try
        {
            await channel.BindAsync(dn, password, cancellation);
            return true;
        }
        catch (LdapRefusalException refusal) when (refusal.Code == LdapCodes.InvalidCredentials)
        {
            return false;
        }
    }

    private async Task<ProbeOutcome> TryLockAsync(
        LdapChannel channel, LdapAnswer.Entry account, SecretText password, CancellationToken cancellation)
    {
        bool worked;
        try
        {
            worked = await BindAsync(account.Dn, password, cancellation);
        }
        finally
        {
            await LdapLock.LockAsync(channel, account, CancellationToken.None);
        }

        if (await BindAsync(account.Dn, password, cancellation))
        {
            return new ProbeOutcome.Works(
                $"the directory accepts the lock of `{account.Dn}` and ignores it: a bind with a fresh password succeeds. "
                + "The password that its holder knew is dead, since it was replaced; the lock does not hold",
                Until: null);
        }

        return worked || EntryLocks.Of(account) == EntryLock.Switch
            ? new ProbeOutcome.Refused(
                $"a bind as `{account.Dn}` with a fresh, right password is refused (49) with the lock, and was not without it")
            : new ProbeOutcome.Refused($"a bind as `{account.Dn}` with a fresh password is refused (49)");
    }
}
