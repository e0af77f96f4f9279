using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Ldap;

/// <summary>Makes the canary's entry usable, and uses it: new binds, and a connection that stays bound.</summary>
internal sealed class LdapCanary(LdapSettings settings, LdapReader reader, LdapProbes probes, TimeProvider time)
{
    private const string WhoAmI = "1.3.6.1.4.1.4203.1.11.3";

    /// <summary>Sets the password, then takes the lock away.</summary>
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellation)
    {
        await using var channel = await reader.OpenAsync(cancellation);
        if (await FindAsync(channel, account, cancellation) is not { } entry)
        {
            return new CutOutcome.Failed(LdapErrors.Unsupported($"there is no `{account}` here"));
        }

        await LdapLock.SetPasswordAsync(channel, entry.Dn, value, cancellation);
        await LdapLock.UnlockAsync(channel, entry, cancellation);
        return new CutOutcome.Acknowledged($"`{entry.Dn}` has a new password and no lock");
    }

    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellation)
    {
        await using var own = await reader.OpenAsync(cancellation);
        if (await FindAsync(own, account, cancellation) is not { } entry)
        {
            return new CanaryOpening.Failed(LdapErrors.Unsupported($"there is no `{account}` here"));
        }

        var held = await LdapChannel.OpenAsync(LdapEndpoint.Of(settings), time, cancellation);
        try
        {
            await held.BindAsync(entry.Dn, value, cancellation);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }

        return new CanaryOpening.Open(
        [
            new CanaryDoor("ldap/lock-new-bind", SurvivalEnd.Refused, token => BindAsync(entry.Dn, value, token))
            {
                // The old password is refused because it was replaced; only a right one shows whether the lock holds.
                Thorough = token => probes.ProbeLockAsync(account, token),
            },
            new CanaryDoor("ldap/lock-open-connection", SurvivalEnd.Connection, token => AskAsync(held, token)) { Held = held },
        ]);
    }

    private async Task<LdapAnswer.Entry?> FindAsync(LdapChannel channel, NodeId account, CancellationToken cancellation) =>
        EntryFacts.Uuid(account) is { } uuid ? await reader.FindAsync(channel, uuid, cancellation) : null;

    private async Task<ProbeOutcome> BindAsync(string dn, SecretText value, CancellationToken cancellation) =>
        await probes.BindAsync(dn, value, cancellation)
            ? new ProbeOutcome.Works($"a bind as `{dn}` succeeds", Until: null)
            : new ProbeOutcome.Refused($"a bind as `{dn}` is refused (49)");

    private static async Task<ProbeOutcome> AskAsync(LdapChannel held, CancellationToken cancellation)
    {
        try
        {
            await held.CallAsync(LdapEncoding.Extended(WhoAmI, null), cancellation);
            return new ProbeOutcome.Works("the connection that was bound before is answered", Until: null);
        }
        catch (LdapRefusalException refusal)
        {
            return new ProbeOutcome.Refused(LdapErrors.Of(refusal).Detail);
        }
    }
}
