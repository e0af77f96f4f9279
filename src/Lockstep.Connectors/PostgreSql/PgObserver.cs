using System.Collections.Concurrent;
using System.Data;
using System.Runtime.CompilerServices;
using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Lists a cluster: what belongs to all of it from one snapshot, then each database from a snapshot of its own.</summary>
/// <remarks>PostgreSQL announces no change of roles, so every listing is full; 50,000 grants take tens of milliseconds.</remarks>
internal sealed class PgObserver(string system, PgDoor door, TimeProvider time, ConcurrentDictionary<long, string> names)
{
    private readonly PgFacts _facts = new(system);

    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        List<PgDatabase> databases;
        Dictionary<long, PgRole> roles;
        await using (var connection = await door.OpenAsync(cancellation))
        {
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            var seesPasswords = await SeesPasswordsAsync(connection, cancellation);
            roles = await RolesAsync(connection, seesPasswords, cancellation);
            roles.Values.ToList().ForEach(r => names[r.Oid] = r.Name);
            databases = await PgDatabase.ListAsync(connection, cancellation);
            foreach (var fact in RoleFacts(roles.Values, seesPasswords))
            {
                yield return fact;
            }

            await foreach (var fact in MembershipFactsAsync(connection, roles, cancellation))
            {
                yield return fact;
            }

            await foreach (var fact in new PgSessionFacts(system, _facts, names).ListAsync(connection, roles, cancellation))
            {
                yield return fact;
            }

            await foreach (var fact in new PgDatabaseFacts(system, _facts).ListAsync(connection, databases, roles, cancellation))
            {
                yield return fact;
            }
        }

        foreach (var database in databases)
        {
            await foreach (var fact in new PgObjectFacts(system, _facts, door).ListAsync(database, roles, cancellation))
            {
                yield return fact;
            }
        }

        yield return new Observation.Complete(IsFull: true, Cursor: null);
    }

    public static async Task<bool> SeesPasswordsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = "SELECT has_column_privilege('pg_authid', 'rolpassword', 'SELECT') AND has_column_privilege('pg_authid', "
            + "'oid', 'SELECT')";
        return (await PgText.ListAsync(connection, Sql, row => row.GetBoolean(0), cancellation))[0];
    }

    private static async Task<Dictionary<long,
        PgRole>> RolesAsync(NpgsqlConnection connection, bool seesPasswords, CancellationToken cancellation)
    {
        var passwords = seesPasswords
            ? (await PgText.ListAsync(connection, PgRole.SelectPasswords, r => (Oid: r.GetInt64(0), Type: r.GetString(1)), cancellation))
                .ToDictionary(p => p.Oid, p => p.Type)
            : [];
        var roles = await PgText.ListAsync(connection, PgRole.Select, PgRole.Read, cancellation);
        return roles.ToDictionary(r => r.Oid, r => r with { PasswordType = passwords.GetValueOrDefault(r.Oid) });
    }

    private IEnumerable<Observation> RoleFacts(IEnumerable<PgRole> roles, bool seesPasswords)
    {
        yield return _facts.Node(PgFacts.Roles, PgIds.Public(system), "PUBLIC", (NodeAttributes.Everyone, "true"));
        yield return _facts.Node(PgFacts.Roles, PgIds.Superuser(system), "SUPERUSER");
        yield return _facts.Node(PgFacts.Roles, PgIds.Cluster(system), system, ("resourceType", "cluster"));
        yield return _facts.Link(
            PgFacts.Roles, PgIds.Superuser(system), LinkKind.Permits, PgIds.Cluster(system), "a superuser bypasses every check", "ALL");
        foreach (var fact in roles.SelectMany(OneRole))
        {
            yield return fact;
        }

        if (!seesPasswords)
        {
            yield return new Observation.NotCovered(
                PgFacts.Passwords, PgErrors.Hidden("we may not read pg_authid: which roles have a password is not known"));
        }
    }

    private IEnumerable<Observation> OneRole(PgRole role)
    {
        var id = PgIds.Role(system, role);
        yield return _facts.Node(PgFacts.Roles, role.Node(system, time.GetUtcNow()));
        yield return _facts.Link(PgFacts.Roles, id, LinkKind.MemberOf, PgIds.Public(system), "every role has what PUBLIC has");
        if (role.IsSuperuser)
        {
            yield return _facts.Link(PgFacts.Roles, id, LinkKind.Assumes, PgIds.Superuser(system), $"`{role.Name}` has rolsuper");
        }

        foreach (var power in role.Powers)
        {
            yield return _facts.Link(PgFacts.Roles, id, LinkKind.Permits, PgIds.Cluster(system), $"`{role.Name}` has {power}", power);
        }

        if (role.PasswordType is { } type)
        {
            var password = PgIds.Password(system, role.Oid);
            var evidence = $"`{role.Name}` has a password ({type})";
            yield return _facts.Node(
                PgFacts.Passwords, password, $"password of {role.Name}", (NodeAttributes.CredentialType, "password"), ("verifier", type));
            yield return _facts.Link(PgFacts.Passwords, id, LinkKind.Holds, password, evidence);
            yield return _facts.Link(
                PgFacts.Passwords, password, LinkKind.AuthenticatesAs, id, evidence, action: null, validity: new(null, role.ValidUntil));
        }
    }

    private async IAsyncEnumerable<Observation> MembershipFactsAsync(
        NpgsqlConnection connection, Dictionary<long, PgRole> roles, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = PgText.Command(connection, PgMembership.Select(connection.PostgreSqlVersion.Major));
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var membership = PgMembership.Read(rows);
            if (roles.TryGetValue(membership.Member, out var member) && roles.TryGetValue(membership.Role, out var role))
            {
                yield return _facts.Link(
                    PgFacts.Memberships, PgIds.Role(system, member), membership.LinkKind, PgIds.Role(system, role),
                        membership.Evidence(member, role));
            }
        }
    }
}
