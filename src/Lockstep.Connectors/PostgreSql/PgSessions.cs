using System.Globalization;
using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Ends sessions, one or all of an account, and looks whether they are gone.</summary>
internal sealed class PgSessions(PgDoor door)
{
    /// <summary>How long the server itself waits for a session to end, in milliseconds.</summary>
    private const int WaitMilliseconds = 3000;

    /// <summary>All sessions of a role, or the one with this process and start. A start that is hidden from us is NULL.</summary>
    private const string Theirs = """
        FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND CASE WHEN $1 > 0 THEN usesysid = $1::int8::oid ELSE pid = $2 AND
              coalesce((extract(epoch FROM backend_start) * 1000000)::int8 = $3, true) END
        """;

    public async Task<CutOutcome> EndAsync(NodeId target, CancellationToken cancellation)
    {
        if (Place(target) is not { } place)
        {
            return new CutOutcome.Failed(PgErrors.Unsupported($"`{target}` is neither session nor account of this cluster"));
        }

        await using var connection = await door.OpenAsync(cancellation);
        if (await IsHiddenAsync(connection, place, cancellation))
        {
            return new CutOutcome.Failed(Hidden());
        }

        var ended = await PgText.ListAsync(
            connection, $"SELECT pid, pg_terminate_backend(pid, {WaitMilliseconds.ToString(CultureInfo.InvariantCulture)}) {Theirs}",
            r => (Pid: r.GetInt32(0), IsGone: r.GetBoolean(1)), cancellation, place.Role, place.Pid, place.StartedAt);
        var running = ended.Where(e => !e.IsGone).Select(e => e.Pid).ToArray();
        return running.Length > 0
            ? new CutOutcome.Failed(
                new("LS2409", ConnectorErrorKind.Broken, $"processes {string.Join(", ", running)} were told to end and still run"))
            : new CutOutcome.Acknowledged(
                ended.Count == 0 ? "no such session is open" : $"processes {string.Join(", ", ended.Select(e => e.Pid))} ended");
    }

    public async Task<LookOutcome> LookAsync(NodeId target, CancellationToken cancellation)
    {
        if (Place(target) is not { } place)
        {
            return new LookOutcome.Unknown(PgErrors.Unsupported($"`{target}` is neither session nor account of this cluster"));
        }

        await using var connection = await door.OpenAsync(cancellation);
        if (await IsHiddenAsync(connection, place, cancellation))
        {
            return new LookOutcome.Unknown(Hidden());
        }

        var open = await PgText.ListAsync(
            connection, $"SELECT pid {Theirs}", r => r.GetInt32(0), cancellation, place.Role, place.Pid, place.StartedAt);
        return open.Count == 0
            ? new LookOutcome.Gone("pg_stat_activity was read whole and does not show it")
            : new LookOutcome.StillThere($"processes {string.Join(", ", open)} are in pg_stat_activity");
    }

    /// <summary>Another process may have the pid by now; where starts are hidden we cannot tell them apart, and say so.</summary>
    private static async Task<bool> IsHiddenAsync(NpgsqlConnection connection, SessionPlace place, CancellationToken cancellation) =>
        place.Role == 0
        && (await PgText.ListAsync(
            connection, "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND backend_start IS NULL", r =>
            r.GetInt32(0), cancellation, place.Pid)).Count > 0;

    private static ConnectorError Hidden() => PgErrors.Hidden("we are no member of pg_read_all_stats: when the session started is hidden");

    private static SessionPlace? Place(NodeId target) =>
        PgIds.SessionOf(target) is { } session ? new(0, session.Pid, session.StartedAt)
        : target.Kind == NodeKinds.Account && PgIds.RoleOid(target) is { } oid ? new(oid, 0, 0)
        : null;

    private sealed record SessionPlace(long Role, int Pid, long StartedAt);
}
