using Lockstep.Graph;
using Lockstep.Secrets;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Tries disabled accounts and passwords by logging in, and nothing more.</summary>
internal sealed class PgProbes(PostgreSqlSettings settings, PgDoor door)
{
    /// <summary>
    /// The place in the server where a login with a right password is refused for NOLOGIN; a 28000 from elsewhere is another refusal.
    /// </summary>
    private const string NoLoginRoutine = "InitializeSessionUserId";

    /// <summary>
    /// Tries a disabled account with a fresh random password. PostgreSQL checks the password first: with a right one, "not permitted to log
    /// in" can only mean NOLOGIN. An account that may log in again is not touched.
    /// </summary>
    public async Task<ProbeOutcome> ProbeAccountAsync(NodeId target, CancellationToken cancellation)
    {
        if (PgIds.RoleOid(target) is not { } oid)
        {
            return new ProbeOutcome.NotProbeable($"`{target}` is no role of this cluster");
        }

        await using var connection = await door.OpenAsync(cancellation);
        if (await PgCuts.FindRoleAsync(connection, oid, cancellation) is not { } role)
        {
            return new ProbeOutcome.Refused("the role does not exist: nobody can log in as it");
        }

        if (role.CanLogin)
        {
            return new ProbeOutcome.Works($"`{role.Name}` is permitted to log in", Until: null);
        }

        using var password = SecretText.Generate();
        await PgCuts.SetVerifierAsync(connection, role, password, "VALID UNTIL 'infinity'", cancellation);
        return await LogInAsync(role, password, cancellation) switch
        {
            ProbeOutcome.Refused { Evidence: var evidence } when evidence.Contains(PgErrors.WrongPassword, StringComparison.Ordinal) =>
                new ProbeOutcome.NotProbeable(
                    $"`{role.Name}` is not let in by the password that we set: pg_hba.conf uses another method for us"),
            var outcome => outcome,
        };
    }

    /// <summary>Tries a password at its role.</summary>
    public async Task<ProbeOutcome> ProbeValueAsync(NodeId credential, SecretText value, CancellationToken cancellation)
    {
        if (PgIds.RoleOid(credential) is not { } oid)
        {
            return new ProbeOutcome.NotProbeable($"`{credential}` is no password of this cluster");
        }

        await using var connection = await door.OpenAsync(cancellation);
        return await PgCuts.FindRoleAsync(connection, oid, cancellation) is { } role
            ? await LogInAsync(role, value, cancellation)
            : new ProbeOutcome.Refused("the role does not exist: nobody can log in as it");
    }

    /// <summary>Tries to log in.</summary>
    public async Task<ProbeOutcome> LogInAsync(PgRole role, SecretText password, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await door.OpenAsync(role.Name, password, settings.Database, cancellation);
            return new ProbeOutcome.Works($"a login as `{role.Name}` succeeds", Until: null);
        }
        catch (PostgresException refusal)
        {
            return (refusal.SqlState, refusal.Routine) switch
            {
                (PgErrors.WrongPassword, _) =>
                    new ProbeOutcome.Refused($"a login as `{role.Name}` is refused (28P01, password authentication failed)"),
                (PgErrors.NotAllowedIn, NoLoginRoutine) =>
                    new ProbeOutcome.Refused($"a login as `{role.Name}` with a right password is refused (28000, not permitted to log in)"),
                (PgErrors.NotAllowedIn, _) =>
                    new ProbeOutcome.NotProbeable($"pg_hba.conf lets nobody in as `{role.Name}` from here (28000)"),
                // The password was taken; only this database is closed to the role.
                (PgErrors.Forbidden, _) =>
                    new ProbeOutcome.Works($"the password of `{role.Name}` is accepted, without CONNECT on this database", Until: null),
                _ => new ProbeOutcome.Unknown(PgErrors.Of(refusal)),
            };
        }
    }
}
