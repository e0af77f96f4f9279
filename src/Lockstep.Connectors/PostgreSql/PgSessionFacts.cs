using System.Globalization;
using System.Runtime.CompilerServices;
using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>
/// Live sessions. Which role one has taken by SET ROLE cannot be seen from outside; the login role can. A session outlives its role: it
/// goes on with what PUBLIC has, and with all of a role that it took before; the server no longer knows the name.
/// </summary>
/// <param name="system">The system's name.</param>
/// <param name="facts">Builds facts.</param>
/// <param name="names">What roles were called that earlier looks saw, by oid.</param>
internal sealed class PgSessionFacts(string system, PgFacts facts, IReadOnlyDictionary<long, string> names)
{
    private const string Select = """
        SELECT pid, (extract(epoch FROM backend_start) * 1000000)::int8, usesysid::int8, coalesce(datname, ''), coalesce(host(client_addr), 'local socket'),
               coalesce(application_name, ''), backend_start, backend_type
        FROM pg_stat_activity
        WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid() AND backend_start IS NOT NULL AND usesysid IS NOT NULL
        """;

    public static async Task<bool> SeesSessionsAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await PgText.ListAsync(connection, "SELECT pg_has_role('pg_read_all_stats', 'USAGE')", r => r.GetBoolean(0), cancellation))[0];

    public async IAsyncEnumerable<Observation> ListAsync(
        NpgsqlConnection connection, Dictionary<long, PgRole> roles, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!await SeesSessionsAsync(connection, cancellation))
        {
            yield return new Observation.NotCovered(
                PgFacts.Sessions, PgErrors.Hidden("we are no member of pg_read_all_stats: other roles' sessions are hidden"));
        }

        var dropped = new HashSet<long>();
        await using var command = PgText.Command(connection, Select);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var (pid, started, oid) = (row.GetInt32(0), row.GetInt64(1), row.GetInt64(2));
            var id = PgIds.Session(system, pid, started);
            var role = roles.GetValueOrDefault(oid);
            var name = role?.Name ?? names.GetValueOrDefault(oid) ?? "(dropped role)";
            var startedAt = row.GetDateTime(6).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            yield return facts.Node(
                PgFacts.Sessions, id, $"{name} on {row.GetString(3)}", ("database", row.GetString(3)),
                ("clientAddress", row.GetString(4)), ("applicationName", row.GetString(5)), ("startedAt", startedAt),
                    ("sessionType", row.GetString(7)));
            var account = role is null ? PgIds.Dropped(system, oid) : PgIds.Role(system, role);
            foreach (var fact in role is null && dropped.Add(oid) ? Dropped(account, name) : [])
            {
                yield return fact;
            }

            var evidence = string.Create(
                CultureInfo.InvariantCulture,
                $"process {pid} runs as `{name}`{(role is null ? ", which was dropped," : "")} from {row.GetString(4)} since {startedAt}");
            yield return facts.Link(PgFacts.Sessions, account, LinkKind.Holds, id, evidence);
            yield return facts.Link(
                PgFacts.Sessions, id, LinkKind.AuthenticatesAs, account, evidence, action: null, enforcement: Enforcement.Connection);
        }
    }

    private IEnumerable<Observation> Dropped(NodeId account, string name)
    {
        yield return facts.Node(PgFacts.Sessions, new()
        {
            Id = account, Name = name, State = NodeState.Disabled,
            Attributes = new Dictionary<string, string>(StringComparer.Ordinal) { [NodeAttributes.Dropped] = "true" },
        });
        yield return facts.Link(
            PgFacts.Sessions, account, LinkKind.MemberOf, PgIds.Public(system), "a session outlives its role with what PUBLIC has");
    }
}
