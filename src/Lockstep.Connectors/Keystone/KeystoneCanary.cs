using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>Makes the canary's user usable, and uses it: a token that was issued before.</summary>
internal sealed class KeystoneCanary(KeystoneApi api, KeystoneSessions sessions)
{
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        var enabled = await sessions.SetEnabledAsync(account.RawKey, isEnabled: true, cancellationToken);
        var set = enabled.Error is null ? await sessions.SetPasswordAsync(account.RawKey, value, cancellationToken) : enabled;
        if (set.Error is { } error || set.IsAbsent)
        {
            return new CutOutcome.Failed(set.Error ?? api.Errors.Unsupported($"there is no user `{account}`"));
        }

        // A token of the second in which another was revoked is dead at birth.
        await sessions.PassWholeSecondAsync(cancellationToken);
        return new CutOutcome.Acknowledged("PATCH /users enabled=true and a new password: 200");
    }

    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        var login = await api.TryLogInAsync(account.RawKey, value, cancellationToken);
        return login is { Error: null, Value: { Length: > 0 } token }
            ? new CanaryOpening.Open(
                [new CanaryDoor("keystone/disable-tokens", SurvivalEnd.Refused, stop => UseAsync(token, stop))])
            : new CanaryOpening.Failed(login.Error ?? api.Errors.Malformed("log in as the canary"));
    }

    private async Task<ProbeOutcome> UseAsync(string token, CancellationToken cancellationToken) =>
        await api.ValidateAsync(token, cancellationToken) switch
        {
            { Error: { } error } => new ProbeOutcome.Unknown(error),
            { IsAbsent: true } => new ProbeOutcome.Refused("GET /auth/tokens about the token: 404"),
            _ => new ProbeOutcome.Works("GET /auth/tokens about the token: 200", Until: null),
        };
}
