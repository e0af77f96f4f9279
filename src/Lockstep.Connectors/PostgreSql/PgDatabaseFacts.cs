using System.Runtime.CompilerServices;
using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>One database of the cluster.</summary>
internal sealed record PgDatabase(long Oid, string Name, long Owner, bool AllowsConnections, bool IsTemplate, bool LetsUsIn)
{
    private const string Select = """
        SELECT oid::int8, datname, datdba::int8, datallowconn, datistemplate, has_database_privilege(oid, 'CONNECT') FROM pg_database ORDER BY oid
        """;

    public static Task<List<PgDatabase>> ListAsync(NpgsqlConnection connection, CancellationToken cancellation) => PgText.ListAsync(
        connection,
        Select,
        r => new PgDatabase(r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetBoolean(3), r.GetBoolean(4), r.GetBoolean(5)),
        cancellation);
}

/// <summary>Databases and who may do what with them as a whole.</summary>
internal sealed class PgDatabaseFacts(string system, PgFacts facts)
{
    private const string SelectGrants = """
        SELECT d.oid::int8, a.grantee::int8, a.privilege_type, bool_or(a.is_grantable)
        FROM pg_database d CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        GROUP BY 1, 2, 3
        """;

    public async IAsyncEnumerable<Observation> ListAsync(
        NpgsqlConnection connection, List<PgDatabase> databases, Dictionary<long, PgRole> roles,
            [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var database in databases)
        {
            var id = PgIds.Database(system, database.Oid);
            yield return facts.Node(PgFacts.Databases, id, database.Name, ("resourceType", "database"));
            yield return facts.Link(
                PgFacts.Databases, PgIds.Superuser(system), LinkKind.Permits, id, "a superuser bypasses every check", "ALL");
            if (roles.TryGetValue(database.Owner, out var owner))
            {
                yield return facts.Link(
                    PgFacts.Databases, PgIds.Role(system, owner), LinkKind.Permits, id, $"`{owner.Name}` owns database `{database.Name}`",
                        PgGrant.Ownership);
            }
        }

        var names = databases.ToDictionary(d => d.Oid, d => d.Name);
        await using var command = PgText.Command(connection, SelectGrants);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var grant = new PgGrant(row.GetInt64(1), row.GetString(2), row.GetBoolean(3));
            if (grant.Holder(system, roles) is { } holder && names.TryGetValue(row.GetInt64(0), out var name))
            {
                yield return facts.Link(
                    PgFacts.Databases, holder, LinkKind.Permits, PgIds.Database(system, row.GetInt64(0)),
                        grant.Evidence(roles, $"database `{name}`"), grant.Privilege);
            }
        }
    }
}

/// <summary>One privilege held by one role or by PUBLIC (oid 0), all grantors taken together.</summary>
internal sealed record PgGrant(long Grantee, string Privilege, bool IsGrantable)
{
    /// <summary>The action of an owner, who can grant itself everything.</summary>
    public const string Ownership = "OWNERSHIP";

    public NodeId? Holder(string system, Dictionary<long, PgRole> roles) =>
        Grantee == 0 ? PgIds.Public(system) : roles.TryGetValue(Grantee, out var role) ? PgIds.Role(system, role) : null;

    public string Evidence(Dictionary<long, PgRole> roles, string what)
    {
        var who = Grantee == 0 ? "PUBLIC" : $"`{roles[Grantee].Name}`";
        return $"{who} has {Privilege} on {what}{(IsGrantable ? " WITH GRANT OPTION" : string.Empty)}";
    }
}
