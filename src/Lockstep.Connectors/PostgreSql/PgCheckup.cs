using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Looks what our rights allow, without changing anything.</summary>
internal sealed class PgCheckup(PgDoor door)
{
    private const string Rights = """
        SELECT r.rolsuper, r.rolcreaterole, pg_has_role('pg_signal_backend', 'USAGE') FROM pg_roles r WHERE r.rolname = current_user
        """;

    public async Task<Checkup> RunAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await door.OpenAsync(cancellation);
            return new(IsReachable: true, connection.PostgreSqlVersion.ToString(), await NotesAsync(connection, cancellation));
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            var error = PgErrors.Of(failure);
            return new(IsReachable: false, Version: null, [new(IsProblem: true, $"{error.Code}: {error.Detail}")]);
        }
    }

    private static async Task<IReadOnlyList<CheckupNote>> NotesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var (isSuperuser, createsRoles, signals) =
            (await PgText.ListAsync(connection, Rights, r => (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2)), cancellation))[0];
        var notes = new List<CheckupNote>();
        AddUnless(notes, await PgObserver.SeesPasswordsAsync(connection, cancellation),
            "passwords are not seen, nor which secret opens which role: GRANT SELECT (oid, rolname, rolpassword) ON pg_authid");
        AddUnless(notes, await PgSessionFacts.SeesSessionsAsync(connection, cancellation),
            "sessions of other roles are not seen: GRANT pg_read_all_stats");
        AddUnless(notes, signals, "sessions cannot be ended: GRANT pg_signal_backend");
        AddUnless(notes, isSuperuser || createsRoles, "accounts cannot be disabled nor passwords set: ALTER ROLE ... CREATEROLE");
        if (!isSuperuser)
        {
            notes.Add(new(IsProblem: false, "superusers cannot be disabled and their sessions not ended, unless we are one ourselves"));
        }

        foreach (var database in (await PgDatabase.ListAsync(connection, cancellation)).Where(
            d => d is { AllowsConnections: true, LetsUsIn: false }))
        {
            notes.Add(new(IsProblem: true,
                $"database `{database.Name}` is not seen: GRANT CONNECT ON DATABASE {PgText.Name(database.Name)}"));
        }

        return notes;
    }

    private static void AddUnless(List<CheckupNote> notes, bool isFine, string text)
    {
        if (!isFine)
        {
            notes.Add(new(IsProblem: true, text));
        }
    }
}
