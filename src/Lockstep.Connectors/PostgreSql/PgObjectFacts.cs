using System.Data;
using System.Runtime.CompilerServices;
using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Schemas, tables, views, sequences and definer functions of one database, and who may do what with them.</summary>
internal sealed class PgObjectFacts(string system, PgFacts facts, PgDoor door)
{
    private static readonly string[] Reading = ["SELECT"];
    private static readonly string[] Writing = ["INSERT", "UPDATE", "DELETE"];
    private static readonly string[] Everything = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"];

    public async IAsyncEnumerable<Observation> ListAsync(
        PgDatabase database, Dictionary<long, PgRole> roles, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!database.AllowsConnections && database.IsTemplate)
        {
            yield break; // Nobody can connect to it, and nobody ever worked in it.
        }

        var scope = PgFacts.ObjectsOf(database.Oid);
        if (!database.AllowsConnections || !database.LetsUsIn)
        {
            yield return new Observation.NotCovered(scope, PgErrors.Hidden($"we may not connect to database `{database.Name}`"));
            yield break;
        }

        await using var connection = await door.OpenAsync(cancellation, database.Name);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using (var command = PgText.Command(connection, PgCatalog.SelectObjects))
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
            {
                foreach (var fact in OneObject(PgObject.Read(row), database, roles))
                {
                    yield return fact;
                }
            }
        }

        await using var grants = PgText.Command(connection, PgCatalog.SelectGrants);
        await using var grantRow = await grants.ExecuteReaderAsync(cancellation);
        while (await grantRow.ReadAsync(cancellation))
        {
            var grant = new PgGrant(grantRow.GetInt64(4), grantRow.GetString(5), grantRow.GetBoolean(6));
            var target = PgObject.Read(grantRow);
            if (grant.Holder(system, roles) is { } holder)
            {
                yield return facts.Link(
                    scope, holder, LinkKind.Permits, IdOf(target, database), grant.Evidence(roles, $"{target.Type} `{target.Name}`"),
                        grant.Privilege,
                    condition: grantRow.TextOrNull(7) is { } schema
                        ? $"only with USAGE on schema `{schema}`, which it does not have by itself" : null);
            }
        }
    }

    private IEnumerable<Observation> OneObject(PgObject target, PgDatabase database, Dictionary<long, PgRole> roles)
    {
        var (scope, id) = (PgFacts.ObjectsOf(database.Oid), IdOf(target, database));
        yield return facts.Node(scope, id, $"{database.Name}.{target.Name}", ("resourceType", target.Type), ("database", database.Name));
        if (roles.TryGetValue(target.Owner, out var owner))
        {
            yield return facts.Link(
                scope, PgIds.Role(system, owner), LinkKind.Permits, id, $"`{owner.Name}` owns {target.Type} `{target.Name}`",
                    PgGrant.Ownership);
        }

        if (target.Type != "table")
        {
            yield break;
        }

        foreach (var action in Everything)
        {
            yield return facts.Link(scope, PgIds.Superuser(system), LinkKind.Permits, id, "a superuser bypasses every check", action);
        }

        foreach (var role in roles.Values.Where(r => r.Name is "pg_read_all_data" or "pg_write_all_data"))
        {
            foreach (var action in role.Name == "pg_read_all_data" ? Reading : Writing)
            {
                yield return facts.Link(
                    scope, PgIds.Role(system, role), LinkKind.Permits, id, $"`{role.Name}` has {action} on every table", action);
            }
        }
    }

    private NodeId IdOf(PgObject target, PgDatabase database) => PgIds.InDatabase(system, target.Type, database.Oid, target.Oid);
}

/// <summary>One object: the first four columns of the statements in <see cref="PgCatalog"/>.</summary>
internal sealed record PgObject(long Oid, string Type, string Name, long Owner)
{
    public static PgObject Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3));
}
