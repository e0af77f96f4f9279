using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>Tries whether an account is really refused.</summary>
internal sealed class KeystoneProbes(KeystoneApi api, KeystoneSessions sessions)
{
    /// <summary>Probes a cut.</summary>
    public Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken) => KeystoneTarget.Of(cut) switch
    {
        KeystoneTarget.Account { EndSessions: false } account => AccountAsync(account.UserId, cancellationToken),
        KeystoneTarget.Account => Never("tokens cannot be listed, and only their holder has them"),
        KeystoneTarget.Credential => Never("it can be tried only with its own secret, which only its holder has"),
        not null => Never("it can be tried only as the holder"),
        null => Never("this is no cut of Keystone"),
    };

    private static Task<ProbeOutcome> Never(string why) => Task.FromResult<ProbeOutcome>(new ProbeOutcome.NotProbeable(why));

    /// <remarks>
    /// Without knowing the password nobody can tell a locked account from a wrong password. So a disabled account gets a new random
    /// password that we know for the length of one login.
    /// </remarks>
    private async Task<ProbeOutcome> AccountAsync(string userId, CancellationToken cancellationToken)
    {
        var user = await sessions.ReadAsync(userId, cancellationToken);
        switch (user)
        {
            case { Error: { } error }:
                return new ProbeOutcome.Unknown(error);
            case { Value: null }:
                return new ProbeOutcome.Refused("GET /users: 404, the account no longer exists");
            case { Value.User.Enabled: true }:
                return new ProbeOutcome.Works("GET /users: the account is enabled", Until: null);
        }

        using var password = SecretText.Generate();
        var set = await sessions.SetPasswordAsync(userId, password, cancellationToken);
        if (set.Error is { } refused)
        {
            return refused.Kind is ConnectorErrorKind.Malformed or ConnectorErrorKind.Forbidden
                ? new ProbeOutcome.NotProbeable($"its password is not Keystone's to set: {refused.Detail}")
                : new ProbeOutcome.Unknown(refused);
        }

        // A login in the second of a revocation is answered 201 and is dead nevertheless; it proves nothing either way.
        await sessions.PassWholeSecondAsync(cancellationToken);
        var login = await api.TryLogInAsync(userId, password, cancellationToken);
        if (login is { Error: null, Value: { } token })
        {
            await api.RevokeAsync(token, cancellationToken);
            return new ProbeOutcome.Works("POST /auth/tokens: 201", Until: null);
        }

        return login.Error switch
        {
            { Kind: ConnectorErrorKind.Unauthenticated } => new ProbeOutcome.Refused("POST /auth/tokens with the right password: 401"),
            { } error => new ProbeOutcome.Unknown(error),
            null => new ProbeOutcome.Unknown(api.Errors.Malformed("try a login")),
        };
    }
}
