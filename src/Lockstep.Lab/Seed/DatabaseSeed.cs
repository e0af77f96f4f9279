using Lockstep.Lab.PostgreSql;

namespace Lockstep.Lab.Seed;

/// <summary>
/// The database <c>payments</c>: one table, group roles nested two deep, a shared role of the payments application, personal roles, and
/// the role under which Lockstep itself looks and cuts.
/// </summary>
internal static class DatabaseSeed
{
    /// <summary>Login roles, the group each is in, and the employee number in its comment (empty where nobody is named).</summary>
    private static readonly (string Role, string Group, string Comment)[] Logins =
    [
        ("payments_app", "payments_write", "service=svc-payments"),
        ("reporting_ro", "payments_read", "service=svc-reports"),
        ("dana", "platform_team", "employeeNumber=E1004"),
        ("emil", "payments_admin", "employeeNumber=E1005"),
        ("farah", "payments_read", "employeeNumber=E1006"),
        ("hugo", "platform_team", "employeeNumber=C2001"),
        ("jill", "platform_team", "employeeNumber=E1010"),
        ("sam", "payments_read", "employeeNumber=E1013"),
        ("legacy_batch", "payments_write", ""),
    ];

    public static string Database => "payments";

    public static async Task<IReadOnlyDictionary<string, LabSecret>> RunAsync(PostgresServer server, string canary,
        CancellationToken cancellation)
    {
        var passwords = Logins.Select(l => l.Role).Append("lockstep").ToDictionary(role => role, _ => LabSecret.Generate(canary));
        await server.ExecuteAsync("CREATE DATABASE payments", cancellation: cancellation);
        await server.ExecuteAsync(Structure, Database, cancellation);
        foreach (var (role, group, comment) in Logins)
        {
            await server.ExecuteAsync(
                $"""
                CREATE ROLE "{role}" LOGIN PASSWORD '{passwords[role].Reveal()}' IN ROLE {group};
                COMMENT ON ROLE "{role}" IS {(comment.Length > 0 ? $"'{comment}'" : "NULL")};
                """,
                Database,
                cancellation);
        }

        await server.ExecuteAsync($"CREATE ROLE lockstep LOGIN CREATEROLE PASSWORD '{passwords["lockstep"].Reveal()}'", Database,
            cancellation);
        await server.ExecuteAsync("GRANT pg_monitor, pg_signal_backend TO lockstep; GRANT CONNECT ON DATABASE payments TO lockstep",
            Database, cancellation);
        await server.ExecuteAsync(
            $"""
            CREATE ROLE "{LabSeed.Canary}" LOGIN PASSWORD '{LabSecret.Generate(canary).Reveal()}';
            GRANT CONNECT ON DATABASE payments TO "{LabSeed.Canary}"; COMMENT ON ROLE "{LabSeed.Canary}" IS 'service={LabSeed.Canary}'
            """,
            Database, cancellation);
        foreach (var database in new[] { Database, "postgres" })
        {
            // Verifiers are compared in memory; without this right Lockstep sees that there is a password, but not which secret holds it.
            await server.ExecuteAsync("GRANT SELECT ON pg_catalog.pg_authid TO lockstep", database, cancellation);
        }

        return passwords;
    }

    /// <summary>The name "sam" was used before: that role is dropped, so the present one has another oid.</summary>
    private const string Structure = """
        CREATE ROLE sam LOGIN;
        DROP ROLE sam;
        REVOKE CONNECT, TEMPORARY ON DATABASE payments FROM PUBLIC;
        CREATE TABLE public.payments (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, amount numeric(12, 2) NOT NULL,
            created timestamptz NOT NULL DEFAULT now());
        INSERT INTO public.payments (customer, amount) SELECT 'customer ' || n, n * 10 FROM generate_series(1, 100) AS n;
        CREATE ROLE payments_read NOLOGIN;
        CREATE ROLE payments_write NOLOGIN IN ROLE payments_read;
        CREATE ROLE payments_admin NOLOGIN IN ROLE payments_write;
        CREATE ROLE platform_team NOLOGIN IN ROLE payments_read;
        GRANT CONNECT ON DATABASE payments TO payments_read;
        GRANT USAGE ON SCHEMA public TO payments_read;
        GRANT SELECT ON public.payments TO payments_read;
        GRANT INSERT ON public.payments TO payments_write;
        GRANT UPDATE, DELETE ON public.payments TO payments_admin;
        """;
}
