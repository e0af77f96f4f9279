using System.Text;
using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>Compares values with stored hashes, and replaces them.</summary>
internal sealed class LdapPasswords(string systemName, LdapSettings settings, LdapReader reader, LdapProbes probes)
{
    /// <summary>Finds the accounts whose stored hash the value has.</summary>
    /// <exception cref="IncompleteObservationException">No hash is visible to us, so that an empty answer would be a lie.</exception>
    public async Task<IReadOnlyList<NodeId>> MatchAsync(SecretText value, CancellationToken cancellation)
    {
        await using var channel = await reader.OpenAsync(cancellation);
        var search = new LdapSearch(
            settings.BaseDn, LdapScope.Subtree, new LdapFilter.Present("userPassword"), ["entryUUID", "objectGUID", "userPassword"]);
        var (found, seen, own) = (new List<NodeId>(), 0, DistinguishedName.Canonical(settings.BindDn));
        await foreach (var entry in reader.PagedAsync(channel, search, static () => { }, cancellation))
        {
            var stored = entry.Attributes.GetValueOrDefault("userpassword") ?? [];
            seen += DistinguishedName.Canonical(entry.Dn) == own ? 0 : stored.Count;
            if (EntryNames.Uuid(entry) is { } uuid && stored.Any(s => PasswordHash.Matches(Encoding.UTF8.GetString(s), value)))
            {
                found.Add(EntryFacts.PasswordId(systemName, uuid));
            }
        }

        return seen > 0 ? found : throw new IncompleteObservationException(LdapErrors.Absent("no userPassword is visible to us"));
    }

    /// <summary>Sets the value; a lock that the account had is put back, because setting a password removes it.</summary>
    public async Task<CutOutcome> SetAsync(NodeId credential, SecretText value, CancellationToken cancellation)
    {
        if (EntryFacts.Uuid(credential) is not { } uuid)
        {
            return new CutOutcome.Failed(LdapErrors.Unsupported($"`{credential}` is not of this directory"));
        }

        await using var channel = await reader.OpenAsync(cancellation);
        if (await reader.FindAsync(channel, uuid, cancellation) is not { } account)
        {
            return new CutOutcome.Failed(LdapErrors.Unsupported($"there is no entry with the key {uuid} to set a password for"));
        }

        var wasLocked = EntryLocks.Of(account) == EntryLock.Policy;
        if (!wasLocked && await probes.BindAsync(account.Dn, value, cancellation))
        {
            return new CutOutcome.Acknowledged($"`{account.Dn}` already has this password");
        }

        await LdapLock.SetPasswordAsync(channel, account.Dn, value, cancellation);
        if (wasLocked)
        {
            await LdapLock.LockAsync(channel, account, cancellation);
        }

        return new CutOutcome.Acknowledged(
            $"the password of `{account.Dn}` was replaced{(wasLocked ? " and its lock put back" : string.Empty)}");
    }
}
