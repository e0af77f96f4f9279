using Lockstep.Graph;
using Lockstep.Secrets;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Makes the canary's role usable, and uses it: new logins, and a session that stays open.</summary>
internal sealed class PgCanary(PostgreSqlSettings settings, PgDoor door)
{
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellation)
    {
        await using var connection = await door.OpenAsync(cancellation);
        if (await FindAsync(connection, account, cancellation) is not { } role)
        {
            return new CutOutcome.Failed(PgErrors.Unsupported($"there is no `{account}` here"));
        }

        if (role.Name == settings.Role)
        {
            return new CutOutcome.Failed(PgErrors.Unsupported($"`{role.Name}` is the role that Lockstep itself logs in as"));
        }

        await PgCuts.SetVerifierAsync(connection, role, value, "LOGIN VALID UNTIL 'infinity'", cancellation);
        return new CutOutcome.Acknowledged($"`{role.Name}` has a new password and may log in");
    }

    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellation)
    {
        await using var connection = await door.OpenAsync(cancellation);
        if (await FindAsync(connection, account, cancellation) is not { } role)
        {
            return new CanaryOpening.Failed(PgErrors.Unsupported($"there is no `{account}` here"));
        }

#pragma warning disable CA2025 // The door owns the session and is disposed of after its last try.
        var held = await door.OpenAsync(role.Name, value, settings.Database, cancellation);
        var probes = new PgProbes(settings, door);
        return new CanaryOpening.Open(
        [
            new CanaryDoor("postgresql/nologin-new-login", SurvivalEnd.Refused, token => probes.LogInAsync(role, value, token)),
            new CanaryDoor("postgresql/nologin-open-session", SurvivalEnd.Connection, token => AskAsync(held, token)) { Held = held },
        ]);
#pragma warning restore CA2025
    }

    private static async Task<PgRole?> FindAsync(NpgsqlConnection connection, NodeId account, CancellationToken cancellation) =>
        PgIds.RoleOid(account) is { } oid ? await PgCuts.FindRoleAsync(connection, oid, cancellation) : null;

    private static async Task<ProbeOutcome> AskAsync(NpgsqlConnection held, CancellationToken cancellation)
    {
        try
        {
            await using var question = new NpgsqlCommand("SELECT 1", held);
            await question.ExecuteScalarAsync(cancellation);
            return new ProbeOutcome.Works("the session that was opened before is answered", Until: null);
        }
        catch (PostgresException ended)
        {
            return new ProbeOutcome.Refused($"the session was ended by the server ({ended.SqlState})");
        }
    }
}
